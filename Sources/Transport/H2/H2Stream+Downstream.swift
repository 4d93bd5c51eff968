internal import Bytes
internal import HTTP
internal import Reactor

/// The stream as it carries an exchange downstream.
extension H2Stream {
    var downstream: H2ServerConnection {
        guard let connection = session as? H2ServerConnection else { preconditionFailure("a stream of an upstream") }
        return connection
    }

    var peer: SocketAddress { downstream.peer }
    var security: ChannelSecurity? { downstream.security }
    private var limits: ServerLimits { downstream.worker.limits }

    /// Whether the whole request body has arrived and been consumed.
    var isBodyComplete: Bool { state.isInputEnded && state.input.isEmpty }

    func allowPauses(of longest: Nanoseconds) {
        state.receiving.longestPause = longest
        state.sending.longestPause = longest
    }

    func pollBody() -> RequestBodyProgress { poll() ?? .needsInput }

    func receiveBody() async throws(RequestBodyError) -> Int {
        while true {
            switch poll() {
            case .available(let count): return count
            case .end: return 0
            case nil: throw .channel(.closed)
            case .needsInput: break
            }
            if state.mustContinue { sendContinue() }
            try await waitForInput()
        }
    }

    func gatherBody(of length: UInt64) async throws(RequestBodyError) {
        // The client's window may be smaller than the body, and nothing of it is used before all of it is here.
        state.isGathering = true
        defer { state.isGathering = false }
        creditAll()
        while !state.isInputEnded, UInt64(state.input.count) + state.consumed < length {
            if state.isClosed { throw .channel(.closed) }
            if state.mustContinue { sendContinue() }
            try await waitForInput()
        }
    }

    private func waitForInput() async throws(RequestBodyError) {
        waiter.isReadable = false
        releaseInput()
        let start = loop.now
        let deadline = state.isTunnel ? .never : state.receiving.deadline(from: start, limits: limits.transfer)
        let wakeup = await waiter.waitReadable(until: min(deadline, state.endDeadline))
        state.receiving.didWait(from: start, to: loop.now)
        switch wakeup {
        case .ready: break
        case .timedOut: throw .channel(.timedOut)
        case .interrupted: throw .channel(.interrupted)
        }
    }

    /// Forgets what still comes after the answer until the client has ended its side too. Some clients that are told in the
    /// middle of their body that no more of it is wanted forget the answer with it, although it had come before.
    /// - Parameters:
    ///   - patience: how long that may take.
    ///   - limit: how many bytes it may be.
    func receiveEnd(within patience: Nanoseconds, atMost limit: Int) async {
        state.endDeadline = loop.now + patience
        var left = limit
        while left > 0, loop.now < state.endDeadline, let count = try? await receiveBody(), count > 0 {
            take(count) { (consumed: $0.count, ()) }
            left -= count
        }
    }

    private func sendContinue() {
        state.mustContinue = false
        var head = ResponseHead()
        head.status = 100
        sendInformational(head)
    }

    func sendInformational(_ head: borrowing ResponseHead) {
        guard !state.isClosed, !session.isEnded else { return }
        let session = session
        if session.output.capacity == 0 { session.output = session.buffers.lend() }
        session.machine.sendResponse(slot, head, contentLength: nil, isEnd: false, to: &session.output)
        session.flushSoon()
    }

    func sendHead(_ head: borrowing ResponseHead, _ framing: ResponseFraming) {
        // A client that waits for 100 has its answer.
        state.mustContinue = false
        guard !state.isClosed, !session.isEnded else { return }
        var length: UInt64?
        switch framing {
        case .none: state.isOutputEnded = true
        case .stream: break
        case .length(let count):
            length = count
            state.remaining = count
            if count == 0 { state.isOutputEnded = true }
        }
        let session = session
        if session.output.capacity == 0 { session.output = session.buffers.lend() }
        session.machine.sendResponse(slot, head, contentLength: length, isEnd: state.isOutputEnded, to: &session.output)
        session.flushSoon()
    }

    /// Agrees to the WebSocket that the request asks for (RFC 8441 section 5).
    func openTunnel(_ head: borrowing ResponseHead) {
        state.isTunnel = true
        sendHead(head, .stream)
    }

    func offer(_ bytes: Span<UInt8>) throws(ChannelError) -> Int {
        if state.isClosed { throw .closed }
        return send(bytes)
    }

    func drain() async throws(ChannelError) {
        if state.isClosed { throw .closed }
        if waiter.isWritable { return }
        let start = loop.now
        let deadline = state.isTunnel ? .never : state.sending.deadline(from: start, limits: limits.transfer)
        let wakeup = await waiter.waitWritable(until: deadline)
        state.sending.didWait(from: start, to: loop.now)
        switch wakeup {
        case .ready: if state.isClosed { throw .closed }
        case .timedOut: throw .timedOut
        case .interrupted: throw .interrupted
        }
    }

    /// Ends the response; false when the client has left.
    func end(trailers: borrowing FieldBlock) -> Bool {
        if state.isClosed { return false }
        // A body that is shorter than announced is not complete.
        guard (state.remaining ?? 0) == 0 else { return false }
        finishOutput(trailers: trailers)
        return true
    }
}
