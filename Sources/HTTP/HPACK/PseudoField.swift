import Bytes

/// The pseudo-fields, which carry what HTTP/1 says in its first line (RFC 9113 section 8.3, RFC 8441 section 4).
enum PseudoField: UInt8, CaseIterable, Sendable {
    /// `:method`.
    case method
    /// `:scheme`.
    case scheme
    /// `:authority`.
    case authority
    /// `:path`.
    case path
    /// `:protocol`, of an extended `CONNECT`.
    case `protocol`
    /// `:status`, of a response.
    case status

    /// The name with its colon.
    var name: StaticString {
        switch self {
        case .method: ":method"
        case .scheme: ":scheme"
        case .authority: ":authority"
        case .path: ":path"
        case .protocol: ":protocol"
        case .status: ":status"
        }
    }

    /// The pseudo-field with this name, nil when there is none.
    init?(_ name: Span<UInt8>) {
        for field in Self.allCases where name.equals(field.name) {
            self = field
            return
        }
        return nil
    }
}
