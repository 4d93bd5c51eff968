import Bytes

/// A frame whose length and stream identifier are right for its type. Ranges are positions in the input.
enum Frame {
    /// `content` is without padding, of which there are `padding` bytes with its length field.
    case data(content: Range<Int>, padding: Int, isEnd: Bool)
    /// The first or only part of a field block. `onItself`: it made its stream depend on itself.
    case headers(block: Range<Int>, isEnd: Bool, isWhole: Bool, onItself: Bool)
    case continuation(block: Range<Int>, isLast: Bool)
    /// Read for its rules and not for what it says (RFC 9113 section 5.3.2).
    case priority
    /// PRIORITY that its stream has to be reset for.
    case badPriority(H2ErrorCode)
    case priorityUpdate(stream: UInt32, value: Range<Int>)
    case reset(H2ErrorCode)
    case settings(Range<Int>)
    case settingsAcknowledgement
    case ping(Range<Int>)
    case pingAcknowledgement(Range<Int>)
    case goAway(lastStream: UInt32, H2ErrorCode)
    case windowUpdate(UInt32)
    case unknown
}
