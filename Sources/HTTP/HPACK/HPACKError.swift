/// Why a field block cannot be decoded. Whatever it is, the tables of both sides may differ from here on: it is a
/// connection error COMPRESSION_ERROR (RFC 9113 section 4.3).
public enum HPACKError: UInt8, Error, CaseIterable, Sendable {
    /// The block ends in the middle of an instruction.
    case truncated
    /// An integer is larger than anything in a block can be (RFC 7541 section 5.1).
    case integerOverflow
    /// An index lies beyond both tables, or is zero (RFC 7541 section 2.3.3).
    case badIndex
    /// A Huffman string holds EOS, or is padded with other bits than EOS begins with, or with a byte or more of them
    /// (RFC 7541 section 5.2).
    case badHuffman
    /// The table's size is changed behind the first field of a block (RFC 7541 section 4.2).
    case lateSizeUpdate
    /// The table's size is set beyond what was agreed (RFC 7541 section 6.3).
    case sizeUpdateTooLarge

    /// A stable code for logs and metrics.
    public var reason: StaticString {
        switch self {
        case .truncated: "hpack_truncated"
        case .integerOverflow: "hpack_integer_overflow"
        case .badIndex: "hpack_bad_index"
        case .badHuffman: "hpack_bad_huffman"
        case .lateSizeUpdate: "hpack_late_size_update"
        case .sizeUpdateTooLarge: "hpack_size_update_too_large"
        }
    }
}
