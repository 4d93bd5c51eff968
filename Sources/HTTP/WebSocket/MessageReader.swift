internal import Bytes

/// Puts together the messages that one side of a WebSocket sends, from bytes however they are split (RFC 6455,
/// sections 5 and 6.2).
///
///     frame header -> payload, unmasked -> control frame | fragment | message
///
/// No extension is known: what only one of them could mean is refused. Control frames may come between the fragments of a
/// message. Nothing is read after a Close frame, nor after an error.
public struct MessageReader: ~Copyable {
    /// What became complete with the bytes that were read. Its bytes are in ``payload`` until the next are read.
    public enum Event: Hashable, Sendable {
        /// A message of text: UTF-8.
        case text
        /// A message of bytes.
        case binary
        /// A Ping, to be answered by a Pong with the same payload.
        case ping
        /// A Pong.
        case pong
        /// A Close frame, with the code that it gives; ``payload`` is its reason.
        case close(CloseFrame.Code?)
    }

    private let limit: Int
    private var header: FrameHeaderReader
    private var isInPayload = false
    /// Payload of the current frame that is still to come.
    private var remaining: UInt64 = 0
    private var mask = Mask(0)
    /// What the message that has begun will be; nil between messages.
    private var begun: Opcode?
    /// The opcode of the current frame.
    private var current = Opcode.continuation
    private var message = ByteBuffer()
    private var control = ByteBuffer()
    /// What is complete and was told, so that it is dropped before the next bytes are read.
    private var told: Opcode?
    private var isClosed = false

    /// - Parameters:
    ///   - sender: who sends the frames.
    ///   - limit: the most bytes of a message.
    public init(_ sender: FrameTracker.Sender, limit: Int) {
        self.limit = limit
        header = FrameHeaderReader(sender)
    }

    /// Reads `bytes`, which come after those that were read before, until something is complete.
    ///
    /// - Returns: how many of them were read, and what is complete; nil when all were read and more is needed.
    public mutating func read(_ bytes: Span<UInt8>) throws(MessageError) -> (consumed: Int, event: Event?) {
        dropTold()
        guard !isClosed else { return (bytes.count, nil) }
        var position = 0
        while position < bytes.count || isInPayload && remaining == 0 {
            if isInPayload {
                position += takePayload(bytes.extracting(position...))
                guard remaining == 0 else { break }
                isInPayload = false
                if let event = try endFrame() { return (position, event) }
                continue
            }
            let isComplete: Bool
            do {
                isComplete = try header.take(bytes[position])
            } catch {
                throw .brokenProtocol
            }
            position += 1
            if isComplete { try beginFrame() }
        }
        return (position, nil)
    }

    /// The bytes of what was told to be complete.
    public var payload: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            switch told {
            case nil: Span()
            case .text, .binary, .continuation: message.readable
            // The code is no part of the reason.
            case .close: control.readable.extracting(droppingFirst: min(2, control.count))
            case .ping, .pong: control.readable
            }
        }
    }

    /// A copy of ``payload``, for readers that are properties of a class, whose spans cannot outlive one access.
    public var payloadBytes: [UInt8] { payload.array }

    private mutating func dropTold() {
        switch told {
        case nil: return
        case .text, .binary, .continuation:
            message.removeAll()
            // One large message does not hold its memory for as long as the connection lasts.
            if message.capacity > 16 * 1024 { message.releaseStorage() }
        case .close, .ping, .pong: control.removeAll()
        }
        told = nil
    }

    private mutating func beginFrame() throws(MessageError) {
        guard !header.hasReservedBits, let opcode = Opcode(rawValue: header.opcode) else { throw .brokenProtocol }
        if !header.isControl {
            // A message is one first frame and any number of continuations.
            guard (opcode == .continuation) == (begun != nil) else { throw .brokenProtocol }
            if opcode != .continuation { begun = opcode }
            guard header.length <= UInt64(limit - message.count) else { throw .tooLarge }
        }
        current = opcode
        remaining = header.length
        mask = Mask(header.mask)
        isInPayload = true
    }

    private mutating func takePayload(_ bytes: Span<UInt8>) -> Int {
        let count = Int(min(remaining, UInt64(bytes.count)))
        let part = bytes.extracting(first: count)
        if header.isControl { mask.append(part, to: &control) } else { mask.append(part, to: &message) }
        remaining -= UInt64(count)
        return count
    }

    private mutating func endFrame() throws(MessageError) -> Event? {
        switch current {
        case .ping:
            told = .ping
            return .ping
        case .pong:
            told = .pong
            return .pong
        case .close: return try endClose()
        case .continuation, .text, .binary:
            guard header.isFinal else { return nil }
            let kind = begun
            begun = nil
            told = kind
            guard kind == .text else { return .binary }
            guard isText(message.readable) else { throw .notText }
            return .text
        }
    }

    private mutating func endClose() throws(MessageError) -> Event {
        isClosed = true
        told = .close
        if control.isEmpty { return .close(nil) }
        guard control.count >= 2 else { throw .brokenProtocol }
        let code = CloseFrame.Code(rawValue: UInt16(control.readable[0]) << 8 | UInt16(control.readable[1]))
        guard code.mayBeSent else { throw .brokenProtocol }
        guard isText(payload) else { throw .notText }
        return .close(code)
    }

    private func isText(_ bytes: Span<UInt8>) -> Bool {
        (try? UTF8Span(validating: bytes)) != nil
    }
}

/// What makes the bytes of a peer unreadable (RFC 6455, section 7.1.7).
public enum MessageError: UInt8, Error, CaseIterable, Sendable {
    /// They break the rules of frames.
    case brokenProtocol
    /// Text, or the reason of a Close frame, is not UTF-8 (section 8.1).
    case notText
    /// A message has more bytes than are taken.
    case tooLarge

    /// The code of the Close frame that answers it.
    public var code: CloseFrame.Code {
        switch self {
        case .brokenProtocol: .protocolError
        case .notText: .invalidPayload
        case .tooLarge: .messageTooBig
        }
    }
}
