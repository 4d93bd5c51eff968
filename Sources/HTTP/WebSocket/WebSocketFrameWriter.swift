public import Bytes

/// Writes the frames of a WebSocket (RFC 6455, section 5.2), each a whole message.
public enum WebSocketFrameWriter {
    /// Appends a frame.
    ///
    /// - Parameters:
    ///   - payload: at most 125 bytes in a control frame; UTF-8 in one of text.
    ///   - mask: the key that masks the payload of a frame to a server; nil for a frame to a client.
    public static func append(_ opcode: Opcode, _ payload: Span<UInt8>, mask: UInt32?, to buffer: inout ByteBuffer) {
        let count = payload.count
        precondition(opcode.rawValue & 0x08 == 0 || count <= 125, "a control frame has at most 125 bytes")
        buffer.reserve(count + 14)
        buffer.append(0x80 | opcode.rawValue)
        let maskBit: UInt8 = mask == nil ? 0 : 0x80
        switch count {
        case ...125:
            buffer.append(maskBit | UInt8(count))
        case ...65_535:
            buffer.append(maskBit | 126)
            append(UInt64(count), bytes: 2, to: &buffer)
        default:
            buffer.append(maskBit | 127)
            append(UInt64(count), bytes: 8, to: &buffer)
        }
        guard let mask else { return buffer.append(payload) }
        append(UInt64(mask), bytes: 4, to: &buffer)
        var combined = Mask(mask)
        combined.append(payload, to: &buffer)
    }

    private static func append(_ number: UInt64, bytes: UInt64, to buffer: inout ByteBuffer) {
        for index in 1...bytes { buffer.append(UInt8(truncatingIfNeeded: number >> ((bytes - index) * 8))) }
    }
}
