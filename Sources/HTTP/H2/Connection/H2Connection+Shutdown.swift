public import Bytes

extension H2Connection {
    /// Sends PING. ``H2Event/pong`` says that the answer to the last one came.
    public mutating func sendPing(_ data: UInt64, to output: inout ByteBuffer) {
        pingData = data
        FrameWriter.header(.ping, length: 8, stream: 0, to: &output)
        FrameWriter.number(UInt32(truncatingIfNeeded: data >> 32), to: &output)
        FrameWriter.number(UInt32(truncatingIfNeeded: data), to: &output)
    }

    /// Server: says that the connection will end, and asks for a sign when the client knows (RFC 9113 section 6.8).
    ///
    /// Streams that the client opened before it knew are still served: ``H2Event/pong`` says that all of them are here.
    public mutating func announceGoAway(to output: inout ByteBuffer) {
        guard !hasAnnouncedEnd, !refusesStreams, phase != .failed else { return }
        hasAnnouncedEnd = true
        FrameWriter.goAway(lastStream: 0x7FFF_FFFF, .noError, to: &output)
        sendPing(Self.farewell, to: &output)
    }

    /// Says which stream is the last to be served; later ones are refused. Those that are open go on.
    public mutating func finishGoAway(_ code: H2ErrorCode, to output: inout ByteBuffer) {
        guard !refusesStreams, phase != .failed else { return }
        refusesStreams = true
        lastServedStream = lastPeerStream
        FrameWriter.goAway(lastStream: lastPeerStream, code, to: &output)
    }

    /// What the PING behind an announcement holds: any value will do.
    private static var farewell: UInt64 { 0x6661_7265_7765_6C6C }
}
