import Bytes

/// Appends frames to a buffer (RFC 9113 section 4.1).
enum FrameWriter {
    /// Bytes of the largest payload that we send: what every peer must take (RFC 9113 section 4.2).
    static var maxPayload: Int { 16_384 }

    @inline(__always)
    static func header(
        _ type: FrameType, length: Int, flags: FrameFlags = [], stream: UInt32, to output: inout ByteBuffer
    ) {
        let bytes: InlineArray<9, UInt8> = [
            UInt8(truncatingIfNeeded: length >> 16), UInt8(truncatingIfNeeded: length >> 8),
            UInt8(truncatingIfNeeded: length), type.rawValue, flags.rawValue,
            UInt8(truncatingIfNeeded: stream >> 24), UInt8(truncatingIfNeeded: stream >> 16),
            UInt8(truncatingIfNeeded: stream >> 8), UInt8(truncatingIfNeeded: stream),
        ]
        output.append(bytes.span)
    }

    @inline(__always)
    static func number(_ value: UInt32, to output: inout ByteBuffer) {
        let bytes: InlineArray<4, UInt8> = [
            UInt8(truncatingIfNeeded: value >> 24), UInt8(truncatingIfNeeded: value >> 16),
            UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value),
        ]
        output.append(bytes.span)
    }

    static func data(_ bytes: Span<UInt8>, stream: UInt32, isEnd: Bool, to output: inout ByteBuffer) {
        header(.data, length: bytes.count, flags: isEnd ? .endStream : [], stream: stream, to: &output)
        output.append(bytes)
    }

    static func windowUpdate(_ increment: Int, stream: UInt32, to output: inout ByteBuffer) {
        header(.windowUpdate, length: 4, stream: stream, to: &output)
        number(UInt32(increment), to: &output)
    }

    static func reset(_ code: H2ErrorCode, stream: UInt32, to output: inout ByteBuffer) {
        header(.resetStream, length: 4, stream: stream, to: &output)
        number(code.rawValue, to: &output)
    }

    static func goAway(lastStream: UInt32, _ code: H2ErrorCode, to output: inout ByteBuffer) {
        header(.goAway, length: 8, stream: 0, to: &output)
        number(lastStream, to: &output)
        number(code.rawValue, to: &output)
    }

    static func ping(_ data: Span<UInt8>, isAcknowledgement: Bool, to output: inout ByteBuffer) {
        header(.ping, length: 8, flags: isAcknowledgement ? .acknowledgement : [], stream: 0, to: &output)
        output.append(data)
    }

    static func settingsAcknowledgement(to output: inout ByteBuffer) {
        header(.settings, length: 0, flags: .acknowledgement, stream: 0, to: &output)
    }
}
