public import Bytes

extension H2Connection {
    /// Client: whether ``open()`` would give a stream now.
    public var canOpen: Bool {
        role == .client && phase != .failed && !isGoingAway && !hasUnsentRequest
            && streams.activeCount < peer.maxConcurrentStreams && streams.takenCount < StreamTable.capacity
            && nextStream <= 0x7FFF_FFFF
    }

    /// Client: opens a stream, whose request is to be sent next.
    ///
    /// - Returns: nil when the peer's limit is reached, the request of another stream was not sent yet, identifiers are used
    ///   up, or the connection is going away.
    public mutating func open() -> H2Slot? {
        guard canOpen else { return nil }
        let stream = H2Stream(
            id: nextStream, state: .idle, sendWindow: peer.initialWindow, receiveWindow: streamWindow)
        nextStream += 2
        hasUnsentRequest = true
        return streams.take(stream)
    }

    /// Gives the slot back when the stream's work has ended. Data that was not consumed is credited to the connection.
    ///
    /// A stream that goes on is reset: with NO_ERROR when our side has ended and the rest is not wanted (RFC 9113 section
    /// 8.1), else with CANCEL.
    public mutating func forget(_ slot: H2Slot, to output: inout ByteBuffer) {
        guard streams.holds(slot) else { return }
        let hasAnswered = role == .server && streams[slot.index].state == .halfClosedLocal
        reset(slot, hasAnswered ? .noError : .cancel, to: &output)
        let unconsumed = streams[slot.index].unconsumed
        if unconsumed > 0 { use(unconsumed, to: &output) }
        streams.forget(slot)
    }

    /// Resets a stream, unless it has ended.
    public mutating func reset(_ slot: H2Slot, _ code: H2ErrorCode, to output: inout ByteBuffer) {
        guard streams.holds(slot), streams[slot.index].state != .closed else { return }
        if streams[slot.index].state == .idle {
            hasUnsentRequest = false
        } else {
            sendReset(slot.id, code, to: &output)
        }
        streams.close(slot)
    }

    /// Appends RST_STREAM, and remembers that frames of the stream may still be under way.
    mutating func sendReset(_ id: UInt32, _ code: H2ErrorCode, to output: inout ByteBuffer) {
        FrameWriter.reset(code, stream: id, to: &output)
        guards.didSendReset()
        if role == .server { resetStreams.insert(id) }
    }

    /// Whether nothing more can be sent or received on the stream.
    public func isClosed(_ slot: H2Slot) -> Bool {
        !streams.holds(slot) || streams[slot.index].state == .closed
    }

    /// What the client said last about the stream's urgency in PRIORITY_UPDATE. Its `Priority` field is in the head.
    public func priority(of slot: H2Slot) -> Priority {
        streams.holds(slot) ? streams[slot.index].priority : Priority()
    }

    /// The peer ended its side.
    mutating func endReceiving(_ slot: H2Slot) {
        streams.endReceiving(slot)
        if streams[slot.index].state == .closed { guards.didEndStream() }
    }

    /// We ended our side.
    mutating func endSending(_ slot: H2Slot) {
        streams.endSending(slot)
        if streams[slot.index].state == .closed { guards.didEndStream() }
    }
}
