import Bytes

extension H2Connection {
    /// Takes in a whole field block.
    ///
    /// Every block goes through the decompressor, wanted or not: its table is shared by all streams (RFC 9113 section 4.3).
    mutating func receive(
        _ block: Span<UInt8>, _ opening: HeaderBlockAssembly.Opening, now: Instant, output: inout ByteBuffer
    ) throws(H2Failure) -> H2Event {
        if role == .server, opening.stream > lastPeerStream {
            return try receiveRequest(block, opening, now: now, output: &output)
        }
        guard let slot = streams.slot(of: opening.stream) else {
            // Identifiers only rise: one that was passed over was never a stream.
            guard !passedOver.contains(opening.stream) else { throw .protocolError(.unexpectedStreamID) }
            try admitStray(opening.stream, now: now)
            try skip(block)
            return .none
        }
        let stream = streams[slot.index]
        guard stream.state.canReceive, !opening.onItself else {
            try skip(block)
            let code = opening.onItself ? H2ErrorCode.protocolError : .streamClosed
            return try breakOff(slot, code, now: now, output: &output)
        }
        if role == .client, !stream.hasResponse {
            return try receiveResponse(block, slot, isEnd: opening.isEnd, now: now, output: &output)
        }
        return try receiveTrailers(block, slot, isEnd: opening.isEnd, now: now, output: &output)
    }

    // MARK: Requests

    private mutating func receiveRequest(
        _ block: Span<UInt8>, _ opening: HeaderBlockAssembly.Opening, now: Instant, output: inout ByteBuffer
    ) throws(H2Failure) -> H2Event {
        let id = opening.stream
        guard id & 1 == 1 else { throw .protocolError(.unexpectedStreamID) }
        if id > lastPeerStream + 2 { passedOver = lastPeerStream + 1..<id }
        lastPeerStream = id
        guard hasRoom else {
            try skip(block)
            sendReset(id, .refusedStream, to: &output)
            try guards.countRefusal(now: now)
            return .none
        }
        var refusal: H1Error?
        var flaw: H2Malformed?
        var length = ContentLengthVerifier()
        do throws(H2HeadError) {
            try reader.readRequest(block, into: &requestHead)
            length = try declaredLength(isEnd: opening.isEnd)
        } catch {
            switch error {
            case .compression: throw H2Failure(.compressionError, .badCompression)
            case .malformed(let cause): flaw = cause
            case .refused(let error): refusal = error
            }
        }
        guard flaw == nil, !opening.onItself else {
            sendReset(id, .protocolError, to: &output)
            try guards.countForcedReset(now: now)
            return flaw.map { .malformed(nil, $0) } ?? .none
        }
        var stream = H2Stream(
            id: id, state: opening.isEnd ? .halfClosedRemote : .open, sendWindow: peer.initialWindow,
            receiveWindow: streamWindow)
        stream.length = length
        let slot = streams.take(stream)
        guards.didWork()
        if let refusal { return .refusedHead(slot, refusal, isEnd: opening.isEnd) }
        return .head(slot, isEnd: opening.isEnd)
    }

    /// The length that the request which was read last declares, once what only the connection knows was checked.
    private func declaredLength(isEnd: Bool) throws(H2HeadError) -> ContentLengthVerifier {
        guard settings.enableConnectProtocol || requestHead.extendedProtocol == nil else {
            throw .malformed(.unofferedProtocol)
        }
        guard var length = ContentLengthVerifier(requestHead.fields) else { throw .malformed(.badContentLength) }
        guard !isEnd || length.receive(0, isEnd: true) else { throw .malformed(.contentLengthMismatch) }
        return length
    }

    /// Whether another stream may be opened by the client: few enough are open, and not too many others still work here
    /// though they have ended (CVE-2023-44487).
    private var hasRoom: Bool {
        let limit = Int(settings.maxConcurrentStreams)
        return streams.activeCount < limit && streams.takenCount < limit * limits.workPerStream && !refusesStreams
            && streams.takenCount < StreamTable.capacity
    }

    // MARK: Responses

    private mutating func receiveResponse(
        _ block: Span<UInt8>, _ slot: H2Slot, isEnd: Bool, now: Instant, output: inout ByteBuffer
    ) throws(H2Failure) -> H2Event {
        do throws(H2HeadError) {
            try reader.readResponse(block, into: &responseHead)
        } catch {
            return try breakOff(slot, error, now: now, output: &output)
        }
        if responseHead.isInformational {
            // An informational response is never the last (RFC 9113 section 8.1).
            if isEnd { return try breakOff(slot, malformed: .informationalEnd, now: now, output: &output) }
            return .head(slot, isEnd: false)
        }
        let hasNoBody = streams[slot.index].isBodiless || responseHead.status == 204 || responseHead.status == 304
        guard var length = hasNoBody ? ContentLengthVerifier(0) : ContentLengthVerifier(responseHead.fields),
            length.receive(0, isEnd: isEnd)
        else { return try breakOff(slot, malformed: .contentLengthMismatch, now: now, output: &output) }
        guards.didWork()
        streams[slot.index].hasResponse = true
        streams[slot.index].length = length
        if isEnd { endReceiving(slot) }
        return .head(slot, isEnd: isEnd)
    }

    // MARK: Trailers

    private mutating func receiveTrailers(
        _ block: Span<UInt8>, _ slot: H2Slot, isEnd: Bool, now: Instant, output: inout ByteBuffer
    ) throws(H2Failure) -> H2Event {
        do throws(H2HeadError) {
            try reader.readTrailers(block, into: &trailers)
        } catch {
            return try breakOff(slot, error, now: now, output: &output)
        }
        // A second head that does not end the message is malformed (RFC 9113 section 8.1).
        guard isEnd else { return try breakOff(slot, malformed: .unfinishedTrailers, now: now, output: &output) }
        guard streams[slot.index].length.receive(0, isEnd: true) else {
            return try breakOff(slot, malformed: .contentLengthMismatch, now: now, output: &output)
        }
        endReceiving(slot)
        return .trailers(slot)
    }

    private mutating func breakOff(
        _ slot: H2Slot, _ error: H2HeadError, now: Instant, output: inout ByteBuffer
    ) throws(H2Failure) -> H2Event {
        switch error {
        case .compression: throw H2Failure(.compressionError, .badCompression)
        case .malformed(let flaw): return try breakOff(slot, malformed: flaw, now: now, output: &output)
        case .refused: return try breakOff(slot, .enhanceYourCalm, now: now, output: &output)
        }
    }

    /// Resets the stream of a malformed message.
    mutating func breakOff(
        _ slot: H2Slot, malformed flaw: H2Malformed, now: Instant, output: inout ByteBuffer
    ) throws(H2Failure) -> H2Event {
        _ = try breakOff(slot, .protocolError, now: now, output: &output)
        return .malformed(slot, flaw)
    }

    private mutating func skip(_ block: Span<UInt8>) throws(H2Failure) {
        do throws(HPACKError) {
            try reader.skip(block)
        } catch {
            throw H2Failure(.compressionError, .badCompression)
        }
    }
}
