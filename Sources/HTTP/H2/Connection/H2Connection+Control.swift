import Bytes

extension H2Connection {
    /// RFC 9113 section 6.5. The peer hears that its settings hold once they do.
    mutating func receiveSettings(
        _ payload: Span<UInt8>, now: Instant, output: inout ByteBuffer
    ) throws(H2Failure) -> H2Event {
        try guards.countSettings(now: now)
        let before = peer.initialWindow
        try peer.read(payload, from: role == .server ? .client : .server)
        if let size = peer.tableSize {
            writer.setPeerTableSize(size.smallest)
            writer.setPeerTableSize(size.last)
        }
        let change = peer.initialWindow - before
        if change != 0 {
            let fits = streams.changeAll { $0.sendWindow.change(by: change) }
            guard fits else { throw H2Failure(.flowControlError, .windowOverflow) }
        }
        FrameWriter.settingsAcknowledgement(to: &output)
        phase = .open
        return .settingsReceived
    }

    /// From here on the peer keeps to our window (RFC 9113 section 6.5.3).
    mutating func receiveSettingsAcknowledgement(now: Instant) throws(H2Failure) -> H2Event {
        try guards.countSettings(now: now)
        let size = Int(settings.initialWindow)
        if streamWindow != size {
            streamWindow = size
            _ = streams.changeAll { stream in
                stream.receiveWindow.resize(to: size)
                return true
            }
        }
        return .none
    }

    /// RFC 9113 section 6.9.
    mutating func receiveWindowUpdate(
        _ increment: UInt32, stream id: UInt32, now: Instant, output: inout ByteBuffer
    ) throws(H2Failure) -> H2Event {
        try guards.countWindowUpdate(now: now)
        if id == 0 {
            guard increment > 0 else { throw .protocolError(.emptyWindowUpdate) }
            guard sendWindow.change(by: Int(increment)) else { throw H2Failure(.flowControlError, .windowOverflow) }
            return .windowOpened(nil)
        }
        guard let slot = streams.slot(of: id) else {
            try receiveStray(id, now: now)
            return .none
        }
        guard increment > 0 else { return try breakOff(slot, .protocolError, now: now, output: &output) }
        guard streams[slot.index].sendWindow.change(by: Int(increment)) else {
            return try breakOff(slot, .flowControlError, now: now, output: &output)
        }
        return .windowOpened(slot)
    }

    /// RFC 9113 section 6.4.
    mutating func receiveReset(_ code: H2ErrorCode, stream id: UInt32, now: Instant) throws(H2Failure) -> H2Event {
        guard let slot = streams.slot(of: id) else {
            try receiveStray(id, now: now)
            return .none
        }
        streams.close(slot)
        if role == .server { try guards.countReset(now: now) }
        return .reset(slot, code, byPeer: true)
    }

    /// WINDOW_UPDATE or RST_STREAM for a stream that has ended: its sender may not have known (RFC 9113 section 5.1).
    private mutating func receiveStray(_ id: UInt32, now: Instant) throws(H2Failure) {
        guard !isIdle(id) else { throw .protocolError(.idleStream) }
        try guards.countStrayFrame(now: now)
    }

    /// RFC 9113 section 6.7.
    mutating func receivePong(_ data: Span<UInt8>, now: Instant) throws(H2Failure) -> H2Event {
        let value = UInt64(data.bigEndian32(at: 0)) << 32 | UInt64(data.bigEndian32(at: 4))
        guard value == pingData else {
            try guards.countPing(now: now)
            return .none
        }
        pingData = nil
        return .pong
    }

    /// RFC 9113 section 6.8.
    mutating func receiveGoAway(
        lastStream: UInt32, _ code: H2ErrorCode, now: Instant
    ) throws(H2Failure) -> H2Event {
        try guards.countStrayFrame(now: now)
        if let earlier = peerLastStream, lastStream > earlier { throw .protocolError(.badGoAway) }
        peerLastStream = lastStream
        if role == .client { streams.closeAll(above: lastStream) }
        return .goAway(lastStream: lastStream, code)
    }

    /// RFC 9218 section 7.1. For a stream that is not open it says nothing: it is not kept for one to come.
    mutating func receivePriorityUpdate(
        _ value: Span<UInt8>, stream id: UInt32, now: Instant
    ) throws(H2Failure) -> H2Event {
        guard role == .server, id & 1 == 1 else { throw .protocolError(.badPriorityUpdate) }
        try guards.countPriority(now: now)
        if let slot = streams.slot(of: id) { streams[slot.index].priority = Priority(value) }
        return .none
    }
}
