/// Follows the frames in the bytes that one side of a WebSocket sends (RFC 6455, section 5.2), however they are split,
/// without keeping any of them.
///
/// A tunnel that knows where frames end can put a Close frame between two of them, and one that knows what a frame looks
/// like can tell when something else is sent through it: a request line, for one, never passes as the frame of a client,
/// because its second byte says that the frame is not masked.
///
///     header (2 bytes) -> extended length (0, 2, 8) -> mask (0, 4) -> payload -> boundary
///
/// Extensions may give meaning to the reserved bits and opcodes, so those are let pass.
public struct FrameTracker: Sendable {
    /// Who sends the frames: a client masks each of them, a server none (RFC 6455, section 5.1).
    public enum Sender: Sendable {
        /// The side that asked for the WebSocket.
        case client
        /// The side that agreed to it.
        case server
    }

    private let sender: Sender
    /// Bytes of the current header that were seen; 0 outside of headers.
    private var headerCount = 0
    /// Bytes that the current header has, and those of its extended length.
    private var headerLength = 2
    private var extendedLength = 0
    private var opcode: UInt8 = 0
    /// Payload bytes: as the header says so far, and how many of them are still to come.
    private var length: UInt64 = 0
    private var remaining: UInt64 = 0
    /// Whether a Close frame has begun: the sender has nothing more to say.
    public private(set) var hasClosed = false

    /// A tracker at the start of what `sender` sends.
    public init(_ sender: Sender) {
        self.sender = sender
    }

    /// Whether the bytes so far end where a frame does.
    public var isAtBoundary: Bool { headerCount == 0 && remaining == 0 }

    /// Follows `bytes`, which come after those that were followed before.
    ///
    /// - Parameter stopsAtBoundary: whether to stop where the current frame ends, also when more follows; at a boundary
    ///   that is before the first byte.
    /// - Returns: how many of the bytes, from the first, may be passed on. Fewer than there are when it stopped, or when
    ///   the frame that begins there breaks the rules: following it throws.
    public mutating func follow(
        _ bytes: Span<UInt8>, stopsAtBoundary: Bool = false
    ) throws(FrameViolation) -> Int {
        var position = 0
        while position < bytes.count {
            if stopsAtBoundary, isAtBoundary { break }
            if remaining > 0 {
                let count = min(remaining, UInt64(bytes.count - position))
                remaining -= count
                position += Int(count)
                continue
            }
            let start = position
            let isWhole = headerCount == 0
            do {
                position = try followHeader(bytes, from: start)
            } catch {
                headerCount = 0
                // What came before this frame is good.
                if isWhole, start > 0 { return start }
                throw error
            }
        }
        return position
    }

    /// Follows a header to its end, or as far as it is here; returns where it stopped.
    private mutating func followHeader(_ bytes: Span<UInt8>, from start: Int) throws(FrameViolation) -> Int {
        var position = start
        repeat {
            try take(bytes[position])
            position += 1
        } while headerCount > 0 && position < bytes.count
        return position
    }

    /// Takes one byte of a header.
    private mutating func take(_ byte: UInt8) throws(FrameViolation) {
        switch headerCount {
        case 0:
            opcode = byte & 0x0F
            guard !isControl || byte & 0x80 != 0 else { throw .fragmentedControl }
        case 1: try takeLength(byte)
        case 2..<2 + extendedLength:
            length = length << 8 | UInt64(byte)
            if headerCount == 1 + extendedLength { try checkLength() }
        default: break
        }
        headerCount += 1
        guard headerCount >= 2, headerCount == headerLength else { return }
        headerCount = 0
        remaining = length
        if opcode == Self.close { hasClosed = true }
    }

    /// Takes the byte with the mask bit and the short length.
    private mutating func takeLength(_ byte: UInt8) throws(FrameViolation) {
        let isMasked = byte & 0x80 != 0
        guard isMasked == (sender == .client) else { throw .wrongMask }
        let short = byte & 0x7F
        guard !isControl || short <= 125 else { throw .longControl }
        extendedLength = short == 127 ? 8 : short == 126 ? 2 : 0
        headerLength = 2 + extendedLength + (isMasked ? 4 : 0)
        length = extendedLength == 0 ? UInt64(short) : 0
    }

    /// A length takes as few bytes as it needs, and its highest bit is zero.
    private func checkLength() throws(FrameViolation) {
        guard length < 1 << 63, length >= (extendedLength == 8 ? 65_536 : 126) else { throw .badLength }
    }

    private var isControl: Bool { opcode & 0x08 != 0 }
    private static var close: UInt8 { 0x08 }
}

/// How bytes give away that they are no frames of a WebSocket (RFC 6455, sections 5.1, 5.2 and 5.5).
public enum FrameViolation: UInt8, Error, CaseIterable, Sendable {
    /// A client's frame is not masked, or a server's is.
    case wrongMask
    /// A control frame is a fragment.
    case fragmentedControl
    /// A control frame has more than 125 bytes.
    case longControl
    /// A length takes more bytes than it needs, or has its highest bit set.
    case badLength
}
