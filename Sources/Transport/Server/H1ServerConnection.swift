internal import Bytes
internal import HTTP
internal import Reactor

/// A downstream HTTP/1.1 connection: reads requests one after the other, hands each to the handler, and keeps the
/// connection open while both sides may (RFC 9112, section 9).
///
///     idle -> head -> handler (body in, response out) -> drained? -> idle
///                                                     \-> close
///
/// An idle connection holds no buffer and no exchange.
final class H1ServerConnection {
    /// What changes during a request, kept in one cell.
    private struct State: ~Copyable {
        var isIdle: Bool = false
        var requests: Int = 0
        var isPersistent: Bool = true
        var mustContinue: Bool = false
        var isTunnel: Bool = false
        var sending: TransferGuard = TransferGuard()
        var receiving: TransferGuard = TransferGuard()
    }

    private let state = Cell(State())

    let channel: ByteChannel
    let worker: ServerWorker
    let peer: SocketAddress
    let loop: EventLoop
    let security: ChannelSecurity?
    private let inputCell = Cell(ByteBuffer())
    private let outputCell = Cell(OutputQueue())
    private let bodyCell = Cell(BodyReader())
    /// Nothing is in progress: a draining server may close the connection.
    private(set) var isIdle: Bool {
        get { state.value.isIdle }
        set { state.value.isIdle = newValue }
    }
    private let parserCell: Cell<RequestParser>
    private var requests: Int {
        get { state.value.requests }
        set { state.value.requests = newValue }
    }
    /// May the next request come over this connection?
    var isPersistent: Bool {
        get { state.value.isPersistent }
        set { state.value.isPersistent = newValue }
    }
    var mustContinue: Bool {
        get { state.value.mustContinue }
        set { state.value.mustContinue = newValue }
    }
    /// Whether both directions carry the bytes of another protocol. A tunnel may rest for as long as its owner lets it, and
    /// holds no buffer while it does.
    var isTunnel: Bool {
        get { state.value.isTunnel }
        set { state.value.isTunnel = newValue }
    }
    var sending: TransferGuard {
        _read { yield state.value.sending }
        _modify { yield &state.value.sending }
    }
    private var receiving: TransferGuard {
        _read { yield state.value.receiving }
        _modify { yield &state.value.receiving }
    }

    init(channel: ByteChannel, worker: ServerWorker, peer: SocketAddress) {
        self.channel = channel
        self.worker = worker
        self.peer = peer
        security = channel.security
        loop = worker.loop
        parserCell = Cell(RequestParser(scheme: channel.isSecure ? .https : .http, limits: worker.limits.head))
    }

    var input: ByteBuffer {
        _read { yield inputCell.value }
        _modify { yield &inputCell.value }
    }

    var output: OutputQueue {
        _read { yield outputCell.value }
        _modify { yield &outputCell.value }
    }

    var body: BodyReader {
        _read { yield bodyCell.value }
        _modify { yield &bodyCell.value }
    }

    private var parser: RequestParser {
        _read { yield parserCell.value }
        _modify { yield &parserCell.value }
    }

    /// Serves the connection, whose handshake is done, to its end.
    func run() async {
        do {
            while try await serveNext() {
                // A client that pipelines on and on must not keep the loop from others.
                if !input.isEmpty { await Task.yield() }
            }
            channel.close()
        } catch {
            channel.close(abruptly: error != .closed && !output.buffer.isEmpty)
        }
        returnBuffers()
    }

    /// Serves one request; false when the connection is to be closed.
    private func serveNext() async throws(ChannelError) -> Bool {
        if input.isEmpty {
            returnBuffers()
            if !channel.mayHaveInput {
                isIdle = true
                defer { isIdle = false }
                if worker.isClosingIdle { return false }
                let patience = requests == 0 ? worker.limits.headTimeout : worker.limits.keepAliveTimeout
                guard await channel.watcher.waitReadable(until: loop.now + patience) == .ready else { return false }
            }
            input = worker.buffers.lend()
        }
        let exchange = worker.lendExchange()
        exchange.carrier = .h1(self)
        defer {
            exchange.carrier = .none
            worker.reclaim(exchange)
        }
        guard try await receiveHead(exchange) else { return false }
        requests += 1
        start(exchange)
        await worker.handle(exchange)
        channel.watcher.interruptsOnHangup = nil
        return try await finish(exchange)
    }

    /// Reads a head into `exchange`; false when the client closed, or said nothing for too long.
    private func receiveHead(_ exchange: Exchange) async throws(ChannelError) -> Bool {
        let deadline = loop.now + worker.limits.headTimeout
        while true {
            do {
                if let length = try input.withReadable({ bytes throws(H1Error) in
                    try parser.parse(bytes, into: &exchange.request)
                }) {
                    input.consume(length)
                    return true
                }
            } catch {
                exchange.refusal = .malformed(error)
                return true
            }
            let step = channel.read(into: &input, atLeast: 4096)
            switch step {
            case .bytes: continue
            case .end, .failed: return false
            case .wantsRead, .wantsWrite:
                do {
                    try await channel.wait(after: step, until: deadline)
                } catch {
                    guard error == .timedOut, !input.isEmpty else { return false }
                    exchange.refusal = .timedOut
                    return true
                }
            }
        }
    }

    private func start(_ exchange: Exchange) {
        exchange.startedAt = loop.now
        // One that was meant for the wait between requests.
        channel.watcher.clearInterruption()
        isPersistent = true
        mustContinue = false
        receiving = TransferGuard()
        sending = TransferGuard()
        output.startBody(isChunked: false)
        if exchange.refusal == nil {
            do {
                exchange.requestFraming = try BodyFraming(request: exchange.request)
                let options = ConnectionOptions(exchange.request.fields)
                // Who asks for another protocol may have begun to speak it: what follows an answer that does not agree to it
                // must never be taken for a request.
                isPersistent =
                    options.isPersistent(in: exchange.request.version) && !options.upgrade
                    && requests < worker.limits.requestsPerConnection
                switch Expectation(exchange.request) {
                case .none: break
                case .continueFirst: mustContinue = true
                case .unknown: exchange.refusal = .unknownExpectation
                }
            } catch {
                exchange.refusal = .malformed(error)
            }
        }
        if exchange.refusal != nil {
            exchange.requestFraming = .none
            isPersistent = false
        }
        body.start(exchange.requestFraming)
    }

    /// Leaves the connection ready for the next request; false when it cannot be.
    private func finish(_ exchange: Exchange) async throws(ChannelError) -> Bool {
        guard exchange.isEnded else {
            abort()
            return false
        }
        if isPersistent, !body.isComplete { isPersistent = await discardBody(exchange) }
        if !isPersistent {
            await linger()
            return false
        }
        return !worker.isClosingIdle || !input.isEmpty
    }

    /// Reads what is left of a body that nobody wanted, if it is small.
    private func discardBody(_ exchange: Exchange) async -> Bool {
        var left = worker.limits.drainLimit
        do {
            while true {
                let count = try await receiveBody(exchange)
                if count == 0 { return true }
                left -= count
                if left < 0 { return false }
                exchange.takeBody(count) { (consumed: $0.count, ()) }
            }
        } catch {
            return false
        }
    }

    /// Lets the client read the last response before the connection goes away.
    private func linger() async {
        guard !channel.watcher.isHangup, !body.isComplete || !input.isEmpty || channel.mayHaveInput else { return }
        await channel.linger(into: &input)
    }

    private func returnBuffers() {
        if input.capacity > 0 { worker.buffers.reclaim(input.take()) }
        if output.buffer.capacity > 0, output.buffer.isEmpty { worker.buffers.reclaim(output.buffer.take()) }
    }

    // MARK: Request body

    func pollBody(_ exchange: Exchange) throws(H1Error) -> RequestBodyProgress {
        do {
            switch try body.advance(&input, trailers: &exchange.requestTrailers) {
            case .available(let count): return .available(count)
            case .needsInput: return .needsInput
            case .end: return .end
            }
        } catch {
            // Nobody knows where the next request would start.
            isPersistent = false
            throw error
        }
    }

    func takeBody<Result>(_ count: Int, _ use: (Span<UInt8>) -> (consumed: Int, Result)) -> Result {
        let (consumed, result) = input.withReadable { bytes in use(bytes.extracting(first: count)) }
        input.consume(consumed)
        body.didConsume(consumed)
        return result
    }

    func receiveBody(_ exchange: Exchange) async throws(RequestBodyError) -> Int {
        while true {
            let progress: BodyReader.Progress
            do {
                progress = try body.advance(&input, trailers: &exchange.requestTrailers)
            } catch {
                isPersistent = false
                throw .malformed(error)
            }
            switch progress {
            case .available(let count): return count
            case .end: return 0
            case .needsInput:
                do {
                    if mustContinue { try sendContinue() }
                    try await fillInput()
                } catch {
                    isPersistent = false
                    throw .channel(error)
                }
            }
        }
    }

    func gatherBody() async throws(RequestBodyError) {
        guard case .length(let length) = body.framing else { return }
        do {
            while UInt64(input.count) < length - body.consumed {
                if mustContinue { try sendContinue() }
                try await fillInput()
            }
        } catch {
            isPersistent = false
            throw .channel(error)
        }
    }

    private func fillInput() async throws(ChannelError) {
        while true {
            let step = channel.read(into: &input, atLeast: 16 * 1024)
            switch step {
            case .bytes(let count):
                receiving.didMove(count)
                return
            case .end:
                // A tunnel ends with what its client sends.
                if body.endOfInput() { return }
                throw .closed
            case .failed: throw .closed
            case .wantsRead, .wantsWrite: try await waitForInput(after: step)
            }
        }
    }

    private func waitForInput(after step: ChannelStep) async throws(ChannelError) {
        if isTunnel {
            if input.isEmpty { worker.buffers.reclaim(input.take()) }
            try await channel.wait(after: step, until: .never)
            if input.capacity == 0 { input = worker.buffers.lend() }
            return
        }
        let start = loop.now
        let deadline = receiving.deadline(from: start, limits: worker.limits.transfer)
        try await channel.wait(after: step, until: deadline)
        receiving.didWait(from: start, to: loop.now)
    }

    /// Lets the client pause this long within the bodies of this request.
    func allowPauses(of longest: Nanoseconds) {
        receiving.longestPause = longest
        sending.longestPause = longest
    }

    /// Whoever reads the body runs beside whoever answers, so it must not wait for the client to take this: one task waits
    /// for a descriptor. What the client does not take now goes out with what follows.
    private func sendContinue() throws(ChannelError) {
        mustContinue = false
        lendOutput()
        output.buffer.append("HTTP/1.1 100 Continue\r\n\r\n")
        let step = output.flush(to: channel)
        if step == .failed || step == .end { throw .closed }
    }

    func lendOutput() {
        if output.buffer.capacity == 0 { output.buffer = worker.buffers.lend() }
    }

    /// The client must see that the response is incomplete.
    func abort() {
        isPersistent = false
        channel.close(abruptly: true)
    }

    /// Closes the connection whatever it does, and ends the wait for an upstream.
    func cut() {
        channel.watcher.interruptsOnHangup?.interrupt()
        channel.close(abruptly: true)
    }

    /// Ends the wait of an idle connection, so that it closes.
    func closeIfIdle() {
        if isIdle { channel.watcher.interrupt() }
    }
}
