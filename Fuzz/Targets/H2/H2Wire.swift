/// What both sides have said on the wire, with the accounts that RFC 9113 makes of it, kept without any state machine.
struct H2Wire {
    /// All that was sent.
    private(set) var output: [UInt8] = []
    /// The streams that we have reset, and those that we have ended.
    private var resetStreams: Set<UInt32> = []
    private var endedStreams: Set<UInt32> = []
    /// Bytes of data that the peer may send and has sent on the connection, and those that we may and have.
    private var granted = 65_535
    private var received = 0
    private var allowed = 65_535
    private var sent = 0
    private var lastSent: WireFrame?

    /// Bytes of data that the peer may still send on the connection.
    var receiveWindow: Int { granted - received }

    /// Takes note of a frame that was received and is no error.
    mutating func didReceive(_ frame: WireFrame) throws(Violation) {
        switch frame.type {
        case WireFrame.Kind.data:
            received += frame.payload.count
            try hold(received <= granted, "\(received) bytes of data came, and \(granted) were allowed")
        case WireFrame.Kind.windowUpdate where frame.stream == 0: allowed += Int(frame.number & 0x7FFF_FFFF)
        default: break
        }
    }

    /// Takes note of bytes that are sent, which are whole frames that we may send.
    ///
    /// - Returns: whether more data was granted on the connection.
    mutating func send(_ bytes: [UInt8]) throws(Violation) -> Bool {
        guard let frames = WireFrame.all(in: bytes) else { throw Violation(description: "half a frame was sent") }
        let before = granted
        for frame in frames { try send(frame) }
        output += bytes
        return granted > before
    }

    private mutating func send(_ frame: WireFrame) throws(Violation) {
        try hold(frame.payload.count <= 16_384, "a frame has \(frame.payload.count) bytes")
        defer { lastSent = frame }
        if frame.type == WireFrame.Kind.windowUpdate {
            try hold((1...0x7FFF_FFFF).contains(frame.number), "a window is opened by \(frame.number)")
            if frame.stream == 0 { granted += Int(frame.number) }
            try hold(receiveWindow <= 0x7FFF_FFFF, "a window is opened too far")
        }
        guard frame.stream != 0 else { return }
        let stream = frame.stream
        try hold(!resetStreams.contains(stream), "type \(frame.type) was sent on stream \(stream), which we had reset")
        switch frame.type {
        case WireFrame.Kind.data, WireFrame.Kind.headers:
            try hold(!endedStreams.contains(stream), "type \(frame.type) was sent on stream \(stream) after its end")
            if frame.type == WireFrame.Kind.data { sent += frame.payload.count }
            try hold(sent <= allowed, "\(sent) bytes of data were sent, and \(allowed) allowed")
            if frame.endsStream { endedStreams.insert(stream) }
        case WireFrame.Kind.reset: resetStreams.insert(stream)
        default: break
        }
    }

    /// The last frame says why the connection ends.
    func checkGoodbye(code: UInt32) throws(Violation) {
        let last = lastSent?.payload.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        try hold(lastSent?.type == WireFrame.Kind.goAway && last == code, "a failed connection ends with GOAWAY")
    }
}
