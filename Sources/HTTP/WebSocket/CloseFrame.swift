public import Bytes

/// The frame that ends a WebSocket (RFC 6455, section 5.5.1).
public enum CloseFrame {
    /// Why it ends (RFC 6455, section 7.4.1).
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The number.
        public let rawValue: UInt16

        /// - Parameter rawValue: the number.
        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// It has done what it was for.
        public static let normal = Code(rawValue: 1000)
        /// The endpoint goes away: the gateway stops, or has no such route any more.
        public static let goingAway = Code(rawValue: 1001)
        /// The peer broke the protocol.
        public static let protocolError = Code(rawValue: 1002)
        /// The peer sent a kind of message that is not taken.
        public static let unsupportedData = Code(rawValue: 1003)
        /// The peer sent text that is not UTF-8.
        public static let invalidPayload = Code(rawValue: 1007)
        /// The peer does what it may not.
        public static let policyViolation = Code(rawValue: 1008)
        /// The peer sent a message that is too large.
        public static let messageTooBig = Code(rawValue: 1009)
        /// The server failed.
        public static let internalError = Code(rawValue: 1011)
        /// The server has too much to do.
        public static let tryAgainLater = Code(rawValue: 1013)

        /// Whether a Close frame may carry it: some codes only tell an application how a connection ended, others are not
        /// given out (RFC 6455, section 7.4.2).
        public var mayBeSent: Bool {
            switch rawValue {
            case 1000...1003, 1007...1014, 3000...4999: true
            default: false
            }
        }
    }

    /// The longest reason: a control frame has at most 125 bytes of payload, two of which are the code.
    public static let longestReason = 123

    /// Appends a Close frame.
    ///
    /// - Parameters:
    ///   - reason: UTF-8 for people, at most ``longestReason`` bytes.
    ///   - mask: the key that masks the payload of a frame to a server, from a good source of chance (RFC 6455,
    ///     section 5.3); nil for a frame to a client.
    public static func append(
        _ code: Code, reason: Span<UInt8> = Span(), mask: UInt32?, to buffer: inout ByteBuffer
    ) {
        var payload = ByteBuffer(capacity: 2 + reason.count)
        payload.append(UInt8(truncatingIfNeeded: code.rawValue >> 8))
        payload.append(UInt8(truncatingIfNeeded: code.rawValue))
        payload.append(reason)
        WebSocketFrameWriter.append(.close, payload.readable, mask: mask, to: &buffer)
    }
}
