internal import Bytes
internal import HTTP
internal import Reactor

/// The stream as it carries an exchange upstream.
extension H2Stream {
    var upstream: H2ClientConnection {
        guard let connection = session as? H2ClientConnection else { preconditionFailure("a stream of a client") }
        return connection
    }

    /// Whether a wait for the upstream has ended with its deadline.
    var hasTimedOut: Bool { state.hasTimedOut }

    /// Nothing at all has come from the upstream since the request began: it may have been closing the connection already.
    var isReused: Bool { state.isReused && upstream.isSilent(since: state.beganAt) }

    /// Whether the upstream may have worked on the request: not when it said that it has not (RFC 9113 section 8.7).
    var hasWritten: Bool { !state.isRefused }

    // MARK: Request

    func begin(_ head: borrowing RequestHead, isEnd: Bool, writeTarget: (inout ByteBuffer) -> Void) {
        state.beganAt = loop.now
        guard !session.isEnded else { return }
        state.isOutputEnded = isEnd
        let session = session
        var target = session.buffers.lend()
        writeTarget(&target)
        if session.output.capacity == 0 { session.output = session.buffers.lend() }
        session.machine.sendRequest(
            slot, head, path: target.readable, contentLength: nil, isEnd: isEnd, to: &session.output)
        session.buffers.reclaim(target)
        session.flushSoon()
    }

    /// Asks for a WebSocket (RFC 8441 section 5), if the upstream has said that it knows how.
    func beginTunnel(
        _ head: borrowing RequestHead, writeTarget: (inout ByteBuffer) -> Void
    ) throws(UpstreamError) {
        guard session.machine.peerEnablesConnectProtocol else { throw .noTunnel }
        state.mayTunnel = true
        begin(head, isEnd: false, writeTarget: writeTarget)
    }

    /// Whether the upstream has agreed to the WebSocket.
    var isTunnel: Bool { state.isTunnel }

    func offerRequest(_ bytes: Span<UInt8>) throws(UpstreamError) -> Int {
        if state.isClosed { throw lost }
        return send(bytes)
    }

    func drain(until deadline: Instant) async throws(UpstreamError) {
        if state.isClosed { throw lost }
        if waiter.isWritable { return }
        switch await waiter.waitWritable(until: deadline) {
        case .ready: if state.isClosed { throw lost }
        case .timedOut:
            state.hasTimedOut = true
            throw .timedOut
        case .interrupted: throw .interrupted
        }
    }

    /// Whether the end could be sent.
    func endRequest(trailers: borrowing FieldBlock) throws(UpstreamError) {
        if state.isClosed { throw lost }
        finishOutput(trailers: trailers)
    }

    // MARK: Response

    /// A head came; it is in `head`. An earlier one that nobody has asked for yet was informational, and is forgotten.
    func receiveHead(_ head: inout ResponseHead, isEnd: Bool) {
        swap(&state.head, &head)
        state.hasHead = true
        state.hasHeadArrived = true
        if isEnd { state.isInputEnded = true }
        waiter.becomeReadable()
    }

    func receiveHead(
        into head: inout ResponseHead, method: Method, until deadline: Instant
    ) async throws(UpstreamError) {
        state.readDeadline = deadline
        while !state.hasHead {
            if state.isClosed { throw state.hasHeadArrived ? .closed : lost }
            try await waitForInput()
        }
        state.hasHead = false
        swap(&state.head, &head)
        if head.isInformational { return }
        if state.mayTunnel, head.status < 300 {
            state.isTunnel = true
            state.framing = .untilClose
            return
        }
        do { state.framing = try framing(of: head, to: method) } catch { throw .malformed(error) }
    }

    /// A body whose length nobody tells ends with its stream, as a chunked one does elsewhere.
    private func framing(of head: borrowing ResponseHead, to method: Method) throws(H1Error) -> BodyFraming {
        let declared = try BodyFraming(response: head, to: method)
        guard declared == .untilClose else { return declared }
        return state.isInputEnded && state.input.isEmpty && trailers.isEmpty ? .length(0) : .chunked
    }

    var framing: BodyFraming { state.framing }

    func pollResponse() throws(UpstreamError) -> RequestBodyProgress {
        guard let progress = poll() else { throw .closed }
        return progress
    }

    func receiveResponse(until deadline: Instant) async throws(UpstreamError) {
        state.readDeadline = deadline
        if poll() == .needsInput { try await waitForInput() }
        if poll() == nil { throw .closed }
    }

    func shortenWait(until deadline: Instant) {
        state.readDeadline = min(state.readDeadline, deadline)
        waiter.shortenRead(until: deadline)
    }

    private func waitForInput() async throws(UpstreamError) {
        waiter.isReadable = false
        releaseInput()
        switch await waiter.waitReadable(until: state.readDeadline) {
        case .ready: break
        case .timedOut:
            state.hasTimedOut = true
            throw .timedOut
        case .interrupted: throw .interrupted
        }
    }

    /// What the loss of the stream says about the upstream before any head has come.
    private var lost: UpstreamError {
        state.isRefused || state.code == .noError ? .closedBeforeHead : .closed
    }

    /// Whether nothing is left to be said on either side.
    var isComplete: Bool { state.isInputEnded && state.input.isEmpty && state.isOutputEnded }
}
