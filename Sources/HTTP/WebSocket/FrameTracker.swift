/// Follows the frames in the bytes that one side of a WebSocket sends (RFC 6455, section 5.2), however they are split,
/// without keeping any of them.
///
/// A tunnel that knows where frames end can put a Close frame between two of them, and one that knows what a frame looks
/// like can tell when something else is sent through it: a request line, for one, never passes as the frame of a client,
/// because its second byte says that the frame is not masked.
///
///     header -> payload -> boundary
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

    private var header: FrameHeaderReader
    /// Payload bytes that are still to come.
    private var remaining: UInt64 = 0
    /// Whether a Close frame has begun: the sender has nothing more to say.
    public private(set) var hasClosed = false

    /// A tracker at the start of what `sender` sends.
    public init(_ sender: Sender) {
        header = FrameHeaderReader(sender)
    }

    /// Whether the bytes so far end where a frame does.
    public var isAtBoundary: Bool { header.isEmpty && remaining == 0 }

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
            let isWhole = header.isEmpty
            do {
                position = try followHeader(bytes, from: start)
            } catch {
                header.reset()
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
        while position < bytes.count {
            let isComplete = try header.take(bytes[position])
            position += 1
            guard isComplete else { continue }
            remaining = header.length
            if header.opcode == Opcode.close.rawValue { hasClosed = true }
            break
        }
        return position
    }
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
