public import Bytes

/// Writes the frame that ends a WebSocket (RFC 6455, section 5.5.1).
public enum CloseFrame {
    /// Why it ends (RFC 6455, section 7.4.1).
    public enum Code: UInt16, Sendable {
        /// The endpoint goes away: the gateway stops, or has no such route any more.
        case goingAway = 1001
        /// The peer broke the protocol.
        case protocolError = 1002
    }

    /// Appends a Close frame without a reason.
    ///
    /// - Parameter mask: the key that masks the payload of a frame to a server, from a good source of chance (RFC 6455,
    ///   section 5.3); nil for a frame to a client.
    public static func append(_ code: Code, mask: UInt32?, to buffer: inout ByteBuffer) {
        buffer.append(0x88)
        let high = UInt8(truncatingIfNeeded: code.rawValue >> 8)
        let low = UInt8(truncatingIfNeeded: code.rawValue)
        guard let mask else {
            buffer.append(2)
            buffer.append(high)
            buffer.append(low)
            return
        }
        buffer.append(0x80 | 2)
        for shift: UInt32 in [24, 16, 8, 0] { buffer.append(UInt8(truncatingIfNeeded: mask >> shift)) }
        buffer.append(high ^ UInt8(truncatingIfNeeded: mask >> 24))
        buffer.append(low ^ UInt8(truncatingIfNeeded: mask >> 16))
    }
}
