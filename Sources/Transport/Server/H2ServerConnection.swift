internal import Bytes
internal import HTTP
internal import Reactor

/// A downstream HTTP/2 connection: hands each request to the handler, all of them side by side.
///
/// Its end is announced in two steps (RFC 9113 section 6.8): first that there will be one, so that no request is lost that
/// is on its way, then after which stream.
final class H2ServerConnection: H2Session {
    let worker: ServerWorker
    let peer: SocketAddress
    let security: ChannelSecurity?
    private var requests = 0

    init(channel: ByteChannel, worker: ServerWorker, peer: SocketAddress) {
        self.worker = worker
        self.peer = peer
        security = channel.security
        let limits = worker.limits
        super.init(
            H2Connection(role: .server, settings: limits.http2, limits: limits.http2Guards, headLimits: limits.head),
            over: channel, buffers: worker.buffers, streams: worker.streams,
            pace: limits.transfer)
    }

    /// Whether no request is being served.
    var isIdle: Bool { machine.openStreams == 0 }

    /// A server that takes no more requests says so at once.
    override func didStart() {
        if worker.isClosingIdle { finishEnd() }
    }

    // MARK: Requests

    override func didReceiveHead(_ slot: H2Slot, refusal: H1Error?, isEnd: Bool) {
        let stream = makeStream(slot)
        let exchange = worker.lendExchange()
        swap(&exchange.request, &machine.requestHead)
        exchange.carrier = .h2(stream)
        // What the connection is, not what the client says that it is.
        exchange.request.scheme = security == nil ? .http : .https
        exchange.startedAt = loop.now
        exchange.refusal = refusal.map(RequestRefusal.malformed)
        if isEnd { stream.endInput() }
        if refusal == nil { start(exchange, stream, isEnd: isEnd) }
        worker.streamTasks.serve(exchange, over: stream)
        requests += 1
        // Not before the first request of a connection: its client would have to begin another for it, in vain.
        let limit = worker.limits.requestsPerConnection
        if worker.isDraining || requests >= limit { announceEnd() }
        // Clients that do not say that they know have had their time.
        if requests >= limit + Int(worker.limits.http2.maxConcurrentStreams) { finishEnd() }
    }

    private func start(_ exchange: Exchange, _ stream: H2Stream, isEnd: Bool) {
        do {
            let framing = try BodyFraming(request: exchange.request)
            // Without a length the body goes on until its stream ends.
            exchange.requestFraming = isEnd ? .none : framing == .none ? .chunked : framing
        } catch {
            exchange.refusal = .malformed(error)
        }
        switch Expectation(exchange.request) {
        case .none: break
        case .continueFirst: stream.state.mustContinue = true
        case .unknown: exchange.refusal = .unknownExpectation
        }
    }

    /// The handler has returned: lets the client end a body that is not needed any more.
    func linger(_ exchange: Exchange, _ stream: H2Stream) async {
        guard exchange.isEnded, !stream.state.isInputEnded, !stream.state.isClosed else { return }
        stream.waiter.interruptsOnHangup = nil
        await stream.receiveEnd(within: 1_000_000_000, atMost: 1 << 20)
    }

    /// The exchange is over.
    func finish(_ exchange: Exchange, _ stream: H2Stream) {
        stream.waiter.interruptsOnHangup = nil
        if !exchange.isEnded {
            stream.reset(.internalError)
        } else if !stream.state.isInputEnded {
            // The rest of the body is not needed (RFC 9113 section 8.1).
            stream.reset(.noError)
        }
        exchange.carrier = .none
        worker.reclaim(exchange)
        forget(stream)
    }

    // MARK: Misconduct

    override func didFail(_ failure: H2Failure) {
        worker.onMisconduct?(.violation(failure.reason), peer)
    }

    override func didReceiveMalformed(_ flaw: H2Malformed) {
        worker.onMisconduct?(.malformed(flaw), peer)
    }

    // MARK: Idleness and end

    /// Idle connections end, and those whose client does not finish what it says. What is not a request, such as PING, does
    /// not put that off, nor does one more byte.
    override var readDeadline: Instant {
        let limits = worker.limits
        if machine.openStreams > 0 { return isInData ? .never : unfinishedDeadline }
        if state.streams.isEmpty { return state.idleSince + limits.headTimeout }
        return min(state.idleSince + limits.keepAliveTimeout, unfinishedDeadline)
    }

    private var unfinishedDeadline: Instant {
        state.unfinishedSince == .never ? .never : state.unfinishedSince + worker.limits.headTimeout
    }

    /// Whether what is unfinished is a DATA frame (RFC 9113 section 6.1): its stream's pace is watched.
    private var isInData: Bool { input.withReadable { $0.count > 3 && $0[3] == 0 } }

    /// Requests may be on their way to a connection that has been idle for too long: a reset would keep their client from
    /// reading that they were not served.
    override var lingers: Bool { true }

    /// The client knows that the connection will end, and all that it sent before is here.
    override func didReceivePong() {
        finishEnd()
    }

    /// Tells the client that the connection will end.
    func announceEnd() {
        guard !isEnded else { return }
        send { machine, output in machine.announceGoAway(to: &output) }
    }

    /// Takes no more requests, finishes those that are here, and closes.
    func finishEnd() {
        guard !isEnded else { return }
        send { machine, output in machine.finishGoAway(.noError, to: &output) }
        closeWhenIdle()
    }
}
