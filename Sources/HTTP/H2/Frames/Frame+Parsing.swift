import Bytes

extension Frame {
    /// Checks and takes apart the payload that follows `header` at the start of `input`, all of which is there.
    ///
    /// Only what concerns the frame by itself is looked at here; what a frame means to its stream is the connection's.
    @inline(__always)
    init(_ header: FrameHeader, in input: Span<UInt8>) throws(H2Failure) {
        let payload = FrameHeader.size..<FrameHeader.size &+ header.length
        switch FrameType(rawValue: header.type) {
        case .data: self = try Self.data(header, payload, in: input)
        case .headers: self = try Self.headers(header, payload, in: input)
        case .windowUpdate: self = try Self.windowUpdate(header, payload, in: input)
        case .resetStream: self = try Self.reset(header, payload, in: input)
        case .continuation: self = try Self.continuation(header, payload)
        case .settings: self = try Self.settings(header, payload)
        case .ping: self = try Self.ping(header, payload)
        case .goAway: self = try Self.goAway(header, payload, in: input)
        case .priority: self = try Self.priority(header, payload, in: input)
        case .priorityUpdate: self = try Self.priorityUpdate(header, payload, in: input)
        case .pushPromise: throw .protocolError(.unexpectedPush)
        case nil: self = .unknown
        }
    }

    private static func requireStream(_ header: FrameHeader) throws(H2Failure) {
        guard header.stream != 0 else { throw .protocolError(.badStreamID) }
    }

    private static func requireConnection(_ header: FrameHeader) throws(H2Failure) {
        guard header.stream == 0 else { throw .protocolError(.badStreamID) }
    }

    private static func requireLength(_ length: Int, _ header: FrameHeader) throws(H2Failure) {
        guard header.length == length else { throw .frameSize(.badFrameLength) }
    }

    /// The payload without its padding, which must leave room for `fixed` bytes (RFC 9113 section 6.1).
    private static func withoutPadding(
        _ header: FrameHeader, _ payload: Range<Int>, fixed: Int, in input: Span<UInt8>
    ) throws(H2Failure) -> Range<Int> {
        guard header.flags.contains(.padded) else {
            guard payload.count >= fixed else { throw .frameSize(.badFrameLength) }
            return payload
        }
        guard payload.count > fixed else { throw .frameSize(.badFrameLength) }
        let padding = Int(input[payload.lowerBound])
        guard padding < payload.count - fixed else { throw .protocolError(.badPadding) }
        return payload.lowerBound + 1..<payload.upperBound - padding
    }

    private static func data(
        _ header: FrameHeader, _ payload: Range<Int>, in input: Span<UInt8>
    ) throws(H2Failure) -> Frame {
        try requireStream(header)
        let content = try withoutPadding(header, payload, fixed: 0, in: input)
        return .data(
            content: content, padding: payload.count - content.count, isEnd: header.flags.contains(.endStream))
    }

    /// RFC 9113 section 6.2. The deprecated priority fields are skipped.
    private static func headers(
        _ header: FrameHeader, _ payload: Range<Int>, in input: Span<UInt8>
    ) throws(H2Failure) -> Frame {
        try requireStream(header)
        let hasPriority = header.flags.contains(.priority)
        let content = try withoutPadding(header, payload, fixed: hasPriority ? 5 : 0, in: input)
        let onItself = hasPriority && input.bigEndian32(at: content.lowerBound) & 0x7FFF_FFFF == header.stream
        return .headers(
            block: hasPriority ? content.lowerBound + 5..<content.upperBound : content,
            isEnd: header.flags.contains(.endStream), isWhole: header.flags.contains(.endHeaders),
            onItself: onItself)
    }

    private static func continuation(_ header: FrameHeader, _ payload: Range<Int>) throws(H2Failure) -> Frame {
        try requireStream(header)
        return .continuation(block: payload, isLast: header.flags.contains(.endHeaders))
    }

    /// RFC 9113 section 6.3.
    private static func priority(
        _ header: FrameHeader, _ payload: Range<Int>, in input: Span<UInt8>
    ) throws(H2Failure) -> Frame {
        try requireStream(header)
        guard payload.count == 5 else { return .badPriority(.frameSizeError) }
        let isOnItself = input.bigEndian32(at: payload.lowerBound) & 0x7FFF_FFFF == header.stream
        return isOnItself ? .badPriority(.protocolError) : .priority
    }

    /// RFC 9218 section 7.1.
    private static func priorityUpdate(
        _ header: FrameHeader, _ payload: Range<Int>, in input: Span<UInt8>
    ) throws(H2Failure) -> Frame {
        try requireConnection(header)
        guard payload.count >= 4 else { throw .frameSize(.badFrameLength) }
        let stream = input.bigEndian32(at: payload.lowerBound) & 0x7FFF_FFFF
        return .priorityUpdate(stream: stream, value: payload.lowerBound + 4..<payload.upperBound)
    }

    /// RFC 9113 section 6.4.
    private static func reset(
        _ header: FrameHeader, _ payload: Range<Int>, in input: Span<UInt8>
    ) throws(H2Failure) -> Frame {
        try requireStream(header)
        try requireLength(4, header)
        return .reset(H2ErrorCode(received: input.bigEndian32(at: payload.lowerBound)))
    }

    /// RFC 9113 section 6.5.
    private static func settings(_ header: FrameHeader, _ payload: Range<Int>) throws(H2Failure) -> Frame {
        try requireConnection(header)
        if header.flags.contains(.acknowledgement) {
            try requireLength(0, header)
            return .settingsAcknowledgement
        }
        guard payload.count % 6 == 0 else { throw .frameSize(.badFrameLength) }
        return .settings(payload)
    }

    /// RFC 9113 section 6.7.
    private static func ping(_ header: FrameHeader, _ payload: Range<Int>) throws(H2Failure) -> Frame {
        try requireConnection(header)
        try requireLength(8, header)
        return header.flags.contains(.acknowledgement) ? .pingAcknowledgement(payload) : .ping(payload)
    }

    /// RFC 9113 section 6.8.
    private static func goAway(
        _ header: FrameHeader, _ payload: Range<Int>, in input: Span<UInt8>
    ) throws(H2Failure) -> Frame {
        try requireConnection(header)
        guard payload.count >= 8 else { throw .frameSize(.badFrameLength) }
        return .goAway(
            lastStream: input.bigEndian32(at: payload.lowerBound) & 0x7FFF_FFFF,
            H2ErrorCode(received: input.bigEndian32(at: payload.lowerBound + 4)))
    }

    /// RFC 9113 section 6.9.
    private static func windowUpdate(
        _ header: FrameHeader, _ payload: Range<Int>, in input: Span<UInt8>
    ) throws(H2Failure) -> Frame {
        try requireLength(4, header)
        return .windowUpdate(input.bigEndian32(at: payload.lowerBound) & 0x7FFF_FFFF)
    }
}
