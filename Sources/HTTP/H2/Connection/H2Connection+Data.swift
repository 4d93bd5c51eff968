public import Bytes

extension H2Connection {
    /// Takes in DATA (RFC 9113 section 6.1). It is charged to the connection's window whatever becomes of it.
    mutating func receiveData(
        _ content: Range<Int>, padding: Int, isEnd: Bool, stream id: UInt32, now: Instant, output: inout ByteBuffer
    ) throws(H2Failure) -> H2Event {
        let charged = content.count + padding
        guard receiveWindow.receive(charged) else { throw H2Failure(.flowControlError, .windowExceeded) }
        guard let slot = streams.slot(of: id) else {
            try admitStray(id, now: now)
            use(charged, to: &output)
            return .none
        }
        if let code = charge(slot, charged) {
            use(charged, to: &output)
            return try breakOff(slot, code, now: now, output: &output)
        }
        if let flaw = admit(slot, content.count, isEnd: isEnd) {
            use(charged, to: &output)
            return try breakOff(slot, malformed: flaw, now: now, output: &output)
        }
        if isEnd { endReceiving(slot) }
        if padding > 0 { use(padding, of: slot, to: &output) }
        if content.isEmpty {
            if isEnd { return .data(slot, content, isEnd: true) }
            try guards.countEmptyFrame(now: now)
            return .none
        }
        guards.didWork()
        streams[slot.index].unconsumed += content.count
        return .data(slot, content, isEnd: isEnd)
    }

    /// Charges data and its padding to a stream; returns the error when it must not come.
    @inline(__always)
    private mutating func charge(_ slot: H2Slot, _ count: Int) -> H2ErrorCode? {
        guard streams[slot.index].state.canReceive else { return .streamClosed }
        guard streams[slot.index].receiveWindow.receive(count) else { return .flowControlError }
        return nil
    }

    /// Counts data towards its message; returns what is wrong with that.
    @inline(__always)
    private mutating func admit(_ slot: H2Slot, _ count: Int, isEnd: Bool) -> H2Malformed? {
        guard role == .server || streams[slot.index].hasResponse else { return .earlyData }
        guard streams[slot.index].length.receive(count, isEnd: isEnd) else { return .contentLengthMismatch }
        return nil
    }

    /// Tells the peer that `count` bytes of a stream's data were used up, with WINDOW_UPDATE once half of a window is owed.
    /// More than came count as what came.
    public mutating func didConsume(_ slot: H2Slot, _ count: Int, to output: inout ByteBuffer) {
        guard streams.holds(slot) else { return }
        let used = min(count, streams[slot.index].unconsumed)
        streams[slot.index].unconsumed -= used
        use(used, of: slot, to: &output)
    }

    private mutating func use(_ count: Int, of slot: H2Slot, to output: inout ByteBuffer) {
        // Nothing more can come on a stream that the peer has ended.
        if streams[slot.index].state.canReceive {
            streams[slot.index].receiveWindow.use(count)
            let grant = streams[slot.index].receiveWindow.takeGrant()
            if grant > 0 { FrameWriter.windowUpdate(grant, stream: slot.id, to: &output) }
        }
        use(count, to: &output)
    }

    /// Grants the connection what was used up or thrown away.
    mutating func use(_ count: Int, to output: inout ByteBuffer) {
        receiveWindow.use(count)
        let grant = receiveWindow.takeGrant()
        if grant > 0 { FrameWriter.windowUpdate(grant, stream: 0, to: &output) }
    }
}
