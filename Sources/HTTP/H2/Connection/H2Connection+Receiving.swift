public import Bytes

extension H2Connection {
    /// Takes in one frame from the front of `input`; a server first the client's preface.
    ///
    /// A frame is taken whole: `input` must be able to grow to `maxFrameSize` and nine bytes. What the protocol itself
    /// answers is appended to `output`.
    ///
    /// - Returns: how many bytes were used, zero only with ``H2Event/needsInput``, and what they mean.
    /// - Throws: on a connection error, when GOAWAY is in `output` already: flush it and close. Further input is ignored.
    public mutating func receive(
        _ input: Span<UInt8>, now: Instant, output: inout ByteBuffer
    ) throws(H2Failure) -> (consumed: Int, event: H2Event) {
        let before = output.count
        do throws(H2Failure) {
            let step = try receiveFrame(input, now: now, output: &output)
            let isRead = backlog.add(
                output.count &- before, pending: before &+ pendingOutput, dataSent: dataSent,
                limit: limits.unreadAnswerBytes)
            guard isRead else { throw .calm(.unreadAnswers) }
            return step
        } catch {
            fail(error, to: &output)
            throw error
        }
    }

    private mutating func receiveFrame(
        _ input: Span<UInt8>, now: Instant, output: inout ByteBuffer
    ) throws(H2Failure) -> (consumed: Int, event: H2Event) {
        if phase == .preface { return try receivePreface(input) }
        if phase == .failed { return input.isEmpty ? (0, .needsInput) : (input.count, .none) }
        guard input.count >= FrameHeader.size else { return (0, .needsInput) }
        let header = FrameHeader(input)
        try checkOrder(header)
        let end = FrameHeader.size + header.length
        guard input.count >= end else { return (0, .needsInput) }
        let frame = try Frame(header, in: input)
        return (end, try receive(frame, of: header, in: input, now: now, output: &output))
    }

    /// Compares what there is of the preface; an HTTP/1 request is noticed at its first byte that differs.
    private mutating func receivePreface(_ input: Span<UInt8>) throws(H2Failure) -> (consumed: Int, event: H2Event) {
        let length = Self.preface.utf8CodeUnitCount
        let isRight = Self.preface.withSpan { preface in
            let count = min(preface.count, input.count)
            return input.extracting(first: count).equals(preface.extracting(first: count))
        }
        guard isRight else { throw .protocolError(.badPreface) }
        guard input.count >= length else { return (0, .needsInput) }
        phase = .settings
        return (length, .none)
    }

    /// Refuses what cannot come now, before its payload has arrived.
    @inline(__always)
    private func checkOrder(_ header: FrameHeader) throws(H2Failure) {
        guard header.length <= Int(settings.maxFrameSize) else { throw .frameSize(.frameTooLarge) }
        if phase == .settings {
            guard header.type == FrameType.settings.rawValue, !header.flags.contains(.acknowledgement) else {
                throw .protocolError(.missingSettings)
            }
        }
        if let opening = assembly.opening {
            guard header.type == FrameType.continuation.rawValue, header.stream == opening.stream else {
                throw .protocolError(.badContinuation)
            }
        }
    }

    private mutating func receive(
        _ frame: Frame, of header: FrameHeader, in input: Span<UInt8>, now: Instant, output: inout ByteBuffer
    ) throws(H2Failure) -> H2Event {
        switch frame {
        case .headers(let block, let isEnd, let isWhole, let onItself):
            let opening = HeaderBlockAssembly.Opening(stream: header.stream, isEnd: isEnd, onItself: onItself)
            if isWhole { return try receive(input.extracting(block), opening, now: now, output: &output) }
            assembly.begin(opening, input.extracting(block))
            return .none
        case .continuation(let part, let isLast):
            guard let opening = assembly.opening else { throw .protocolError(.badContinuation) }
            try assembly.add(input.extracting(part), limits: limits)
            guard isLast else { return .none }
            let block = assembly.finish()
            return try receive(block.readable, opening, now: now, output: &output)
        case .data(let content, let padding, let isEnd):
            return try receiveData(
                content, padding: padding, isEnd: isEnd, stream: header.stream, now: now, output: &output)
        case .windowUpdate(let increment):
            return try receiveWindowUpdate(increment, stream: header.stream, now: now, output: &output)
        case .reset(let code):
            return try receiveReset(code, stream: header.stream, now: now)
        case .settings(let payload):
            return try receiveSettings(input.extracting(payload), now: now, output: &output)
        case .settingsAcknowledgement:
            return try receiveSettingsAcknowledgement(now: now)
        case .ping(let data):
            try guards.countPing(now: now)
            FrameWriter.ping(input.extracting(data), isAcknowledgement: true, to: &output)
            return .none
        case .pingAcknowledgement(let data):
            return try receivePong(input.extracting(data), now: now)
        case .goAway(let lastStream, let code):
            return try receiveGoAway(lastStream: lastStream, code, now: now)
        case .priority:
            try guards.countPriority(now: now)
            return .none
        case .badPriority(let code):
            guard let slot = streams.slot(of: header.stream) else { throw H2Failure(code, .badPriority) }
            return try breakOff(slot, code, now: now, output: &output)
        case .priorityUpdate(let stream, let value):
            return try receivePriorityUpdate(input.extracting(value), stream: stream, now: now)
        case .unknown:
            try guards.countUnknownFrame(now: now)
            return .none
        }
    }

    /// Bears more of a message on a stream that has ended: its sender may not know that it was reset from here. A client
    /// that sends it otherwise is wrong. A server always is borne, for the requests of others are on its connection too.
    mutating func admitStray(_ id: UInt32, now: Instant) throws(H2Failure) {
        guard !isIdle(id) else { throw .protocolError(.idleStream) }
        guard role == .client || resetStreams.contains(id) else { throw H2Failure(.streamClosed, .closedStream) }
        try guards.countStrayFrame(now: now)
    }

    /// Whether nobody ever used the identifier (RFC 9113 section 5.1.1).
    func isIdle(_ id: UInt32) -> Bool {
        switch role {
        case .server: id & 1 == 0 || id > lastPeerStream
        case .client: id & 1 == 0 || id > lastSentStream
        }
    }

    /// Resets a stream whose rules the peer broke (RFC 9113 section 5.4.2).
    mutating func breakOff(
        _ slot: H2Slot, _ code: H2ErrorCode, now: Instant, output: inout ByteBuffer
    ) throws(H2Failure) -> H2Event {
        reset(slot, code, to: &output)
        if role == .server { try guards.countForcedReset(now: now) }
        return .reset(slot, code, byPeer: false)
    }

    private mutating func fail(_ failure: H2Failure, to output: inout ByteBuffer) {
        phase = .failed
        // What was announced must not grow (RFC 9113 section 6.8).
        FrameWriter.goAway(lastStream: lastServedStream ?? lastPeerStream, failure.code, to: &output)
    }
}
