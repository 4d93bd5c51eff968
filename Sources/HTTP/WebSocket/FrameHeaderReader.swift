/// Reads the headers of the frames that one side of a WebSocket sends, byte by byte (RFC 6455, section 5.2).
///
///     opcode (1 byte) -> mask bit and length (1) -> extended length (0, 2, 8) -> mask (0, 4)
struct FrameHeaderReader: Sendable {
    private let sender: FrameTracker.Sender
    /// Bytes of the current header that were seen; 0 outside of headers.
    private var count = 0
    /// Bytes that the current header has, and those of its extended length.
    private var total = 2
    private var extended = 0
    private var first: UInt8 = 0
    /// Bytes of payload that follow the header, once it is complete.
    private(set) var length: UInt64 = 0
    /// What the payload is masked with, first byte highest; 0 for a server's frames.
    private(set) var mask: UInt32 = 0

    init(_ sender: FrameTracker.Sender) {
        self.sender = sender
    }

    /// Whether no header has begun.
    var isEmpty: Bool { count == 0 }
    /// Whether the message ends with this frame.
    var isFinal: Bool { first & 0x80 != 0 }
    /// Whether bits are set that only an extension gives a meaning to.
    var hasReservedBits: Bool { first & 0x70 != 0 }
    /// The number of the opcode.
    var opcode: UInt8 { first & 0x0F }
    /// Whether the frame is one of control.
    var isControl: Bool { first & 0x08 != 0 }

    /// Forgets a header that has begun.
    mutating func reset() { count = 0 }

    /// Takes the next byte; true when the header is complete with it.
    mutating func take(_ byte: UInt8) throws(FrameViolation) -> Bool {
        switch count {
        case 0:
            first = byte
            mask = 0
            guard !isControl || isFinal else { throw .fragmentedControl }
        case 1: try takeLength(byte)
        case 2..<2 + extended:
            length = length << 8 | UInt64(byte)
            if count == 1 + extended { try checkLength() }
        default: mask = mask << 8 | UInt32(byte)
        }
        count += 1
        guard count >= 2, count == total else { return false }
        count = 0
        return true
    }

    /// Takes the byte with the mask bit and the short length.
    private mutating func takeLength(_ byte: UInt8) throws(FrameViolation) {
        let isMasked = byte & 0x80 != 0
        guard isMasked == (sender == .client) else { throw .wrongMask }
        let short = byte & 0x7F
        guard !isControl || short <= 125 else { throw .longControl }
        extended = short == 127 ? 8 : short == 126 ? 2 : 0
        total = 2 + extended + (isMasked ? 4 : 0)
        length = extended == 0 ? UInt64(short) : 0
    }

    /// A length takes as few bytes as it needs, and its highest bit is zero.
    private func checkLength() throws(FrameViolation) {
        guard length < 1 << 63, length >= (extended == 8 ? 65_536 : 126) else { throw .badLength }
    }
}
