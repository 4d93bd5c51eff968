public import Bytes
public import HTTP
public import Reactor

/// An upstream HTTP/1.1 connection: one request and its response at a time. Confined to its loop.
public final class H1ClientConnection {
    /// What changes during a request, kept in one cell.
    private struct State: ~Copyable {
        var isReused: Bool = false
        var trailers: FieldBlock = FieldBlock()
        var isRequestComplete: Bool = false
        var hasHead: Bool = false
        var hasFinalHead: Bool = false
        var isBroken: Bool = false
        var isPersistent: Bool = true
        var mayTunnel: Bool = false
        var isTunnel: Bool = false
        var readDeadline: Instant = .never
    }

    private let state = Cell(State())

    /// The endpoint's number in the pool.
    public let key: Int
    /// Has this connection served a request before? Then a failure before any byte of the response may only mean that the
    /// upstream closed it meanwhile.
    public private(set) var isReused: Bool {
        get { state.value.isReused }
        set { state.value.isReused = newValue }
    }
    /// Whether bytes of the current request have been handed to the kernel.
    public var hasWritten: Bool { output.hasWritten }
    /// Trailers of the response, complete when its body is.
    public var trailers: FieldBlock {
        _read { yield state.value.trailers }
        _modify { yield &state.value.trailers }
    }
    /// Whether both directions carry the bytes of another protocol, as asked. A tunnel that rests holds no buffer.
    var isTunnel: Bool { state.value.isTunnel }
    /// Whether the response's body has arrived and been consumed.
    public var isBodyComplete: Bool { hasFinalHead && body.isComplete }

    /// How much is read at once of a body that is large.
    private static let largeRead = 64 * 1024

    let channel: ByteChannel
    private let loop: EventLoop
    private let buffers: BufferPool
    private let inputCell = Cell(ByteBuffer())
    private let outputCell = Cell(OutputQueue())
    private let bodyCell = Cell(BodyReader())
    private let parserCell: Cell<ResponseParser>
    private var isRequestComplete: Bool {
        get { state.value.isRequestComplete }
        set { state.value.isRequestComplete = newValue }
    }
    /// Whether a head of the current response has arrived, an informational one too.
    private var hasHead: Bool {
        get { state.value.hasHead }
        set { state.value.hasHead = newValue }
    }
    /// Whether the head has arrived that the body follows.
    private var hasFinalHead: Bool {
        get { state.value.hasFinalHead }
        set { state.value.hasFinalHead = newValue }
    }
    /// Whether the connection was cut instead of closed.
    private var isBroken: Bool {
        get { state.value.isBroken }
        set { state.value.isBroken = newValue }
    }
    private var isPersistent: Bool {
        get { state.value.isPersistent }
        set { state.value.isPersistent = newValue }
    }
    /// When the wait for the response ends that has begun.
    private var readDeadline: Instant {
        get { state.value.readDeadline }
        set { state.value.readDeadline = newValue }
    }

    init(channel: ByteChannel, key: Int, buffers: BufferPool, limits: HeadLimits) {
        self.channel = channel
        self.key = key
        self.buffers = buffers
        loop = channel.watcher.loop
        parserCell = Cell(ResponseParser(limits: limits))
    }

    private var input: ByteBuffer {
        _read { yield inputCell.value }
        _modify { yield &inputCell.value }
    }

    private var output: OutputQueue {
        _read { yield outputCell.value }
        _modify { yield &outputCell.value }
    }

    private var body: BodyReader {
        _read { yield bodyCell.value }
        _modify { yield &bodyCell.value }
    }

    private var parser: ResponseParser {
        _read { yield parserCell.value }
        _modify { yield &parserCell.value }
    }

    /// The descriptor's readiness: to be interrupted when the client leaves.
    public var watcher: Watcher { channel.watcher }

    /// Whether an idle connection can still be used: the upstream has neither closed it nor said anything unasked.
    public var isFit: Bool { !channel.watcher.isHangup && !channel.watcher.isClosed && !channel.mayHaveInput }

    // MARK: Request

    /// Queues a request's head.
    /// - Parameters:
    ///   - isChunked: whether the body offered from here on is to be chunked.
    ///   - writeHead: appends the head to the buffer.
    public func begin(isChunked: Bool, writeHead: (inout ByteBuffer) -> Void) {
        output.startMessage()
        isRequestComplete = false
        hasHead = false
        hasFinalHead = false
        isPersistent = true
        state.value.mayTunnel = false
        trailers.removeAll()
        channel.watcher.clearInterruption()
        if output.buffer.capacity == 0 { output.buffer = buffers.lend() }
        writeHead(&output.buffer)
        output.startBody(isChunked: isChunked)
    }

    /// Queues the head of a request for another protocol. Should the upstream agree, the connection is a tunnel.
    func beginTunnel(writeHead: (inout ByteBuffer) -> Void) {
        begin(isChunked: false, writeHead: writeHead)
        state.value.mayTunnel = true
        isRequestComplete = true
    }

    /// Offers bytes of the request's body; fewer taken than offered means: `drain`, then offer the rest.
    public func offer(_ bytes: Span<UInt8>) throws(UpstreamError) -> Int {
        if output.buffer.capacity == 0 { output.buffer = buffers.lend() }
        let (taken, step) = output.offer(bytes, to: channel)
        if step == .failed { throw .closed }
        return taken
    }

    /// Writes out what is queued.
    public func drain(until deadline: Instant) async throws(UpstreamError) {
        while true {
            let step = output.flush(to: channel)
            switch step {
            case .bytes:
                if isTunnel { buffers.reclaim(output.buffer.take()) }
                if channel.watcher.isWritable { return }
                try await wait(after: .wantsWrite, until: deadline)
                return
            case .wantsRead, .wantsWrite: try await wait(after: step, until: deadline)
            case .end, .failed: throw .closed
            }
        }
    }

    /// Ends the request; true when all of it could be written without waiting. Else `endRequest` does the rest.
    public func endRequestNow(trailers: borrowing FieldBlock) -> Bool {
        output.endBody(trailers: trailers)
        isRequestComplete = true
        if case .bytes = output.flush(to: channel) { return true }
        return false
    }

    /// Ends the request and writes out what is queued.
    public func endRequest(trailers: borrowing FieldBlock, until deadline: Instant) async throws(UpstreamError) {
        output.endBody(trailers: trailers)
        isRequestComplete = true
        while true {
            let step = output.flush(to: channel)
            switch step {
            case .bytes: return
            case .wantsRead, .wantsWrite: try await wait(after: step, until: deadline)
            case .end, .failed: throw .closed
            }
        }
    }

    // MARK: Response

    /// Reads the next response head into `head`, an informational one too.
    /// - Parameter method: of the request, which decides whether a body follows.
    public func receiveHead(
        into head: inout ResponseHead, method: Method, until deadline: Instant
    ) async throws(UpstreamError) {
        readDeadline = deadline
        while true {
            if !input.isEmpty {
                do {
                    if let length = try input.withReadable({ bytes throws(H1Error) in
                        try parser.parse(bytes, into: &head)
                    }) {
                        input.consume(length)
                        break
                    }
                } catch {
                    throw .malformed(error)
                }
            }
            do {
                try await fillInput()
            } catch {
                throw error == .closed && input.isEmpty && !hasHead ? .closedBeforeHead : error
            }
        }
        hasHead = true
        if head.isInformational, head.status != 101 { return }
        hasFinalHead = true
        if head.status == 101 {
            // The connection speaks another protocol.
            isPersistent = false
            state.value.isTunnel = state.value.mayTunnel
            return body.start(isTunnel ? .untilClose : .none)
        }
        do {
            let framing = try BodyFraming(response: head, to: method)
            body.start(framing)
            if framing == .untilClose || !ConnectionOptions(head.fields).isPersistent(in: head.version) {
                isPersistent = false
            }
        } catch {
            throw .malformed(error)
        }
    }

    /// How the body of the response is delimited.
    public var framing: BodyFraming { body.framing }

    /// What of the response's body is here without waiting.
    public func pollBody() throws(UpstreamError) -> RequestBodyProgress {
        do {
            switch try body.advance(&input, trailers: &trailers) {
            case .available(let count): return .available(count)
            case .needsInput: return .needsInput
            case .end: return .end
            }
        } catch {
            throw .malformed(error)
        }
    }

    /// Waits for more of the response's body; returns as soon as there is any, or its end.
    public func receiveBody(until deadline: Instant) async throws(UpstreamError) {
        readDeadline = deadline
        do {
            try await fillInput()
        } catch {
            if error == .closed, !isBroken, body.endOfInput() { return }
            throw error
        }
    }

    /// Makes the wait for the response that has begun, if any, end by `deadline` at the latest: the upstream has all that
    /// it waited for itself.
    public func shortenWait(until deadline: Instant) {
        readDeadline = min(readDeadline, deadline)
        channel.watcher.shortenRead(until: deadline)
    }

    /// Lends the `count` bytes that are here; the closure returns how many it is done with.
    public func takeBody<Failure: Error>(
        _ count: Int, _ use: (Span<UInt8>) throws(Failure) -> Int
    ) throws(Failure) {
        let consumed = try input.withReadable { bytes throws(Failure) in try use(bytes.extracting(first: count)) }
        input.consume(consumed)
        body.didConsume(consumed)
    }

    private func fillInput() async throws(UpstreamError) {
        while true {
            if isTunnel, input.isEmpty, !channel.mayHaveInput { buffers.reclaim(input.take()) }
            if input.capacity == 0 {
                if !channel.mayHaveInput {
                    switch await channel.watcher.waitReadable(until: readDeadline) {
                    case .ready: break
                    case .timedOut: throw .timedOut
                    case .interrupted: throw .interrupted
                    }
                }
                input = buffers.lend()
            }
            let room = hasFinalHead && body.expectsMuch ? Self.largeRead : max(input.capacity - input.count, 4096)
            let step = channel.read(into: &input, atLeast: room)
            switch step {
            case .bytes: return
            case .end: throw .closed
            case .failed:
                isBroken = true
                throw .closed
            case .wantsRead, .wantsWrite: try await wait(after: step, until: readDeadline)
            }
        }
    }

    private func wait(after step: ChannelStep, until deadline: Instant) async throws(UpstreamError) {
        do {
            try await channel.wait(after: step, until: deadline)
        } catch {
            switch error {
            case .closed: throw .closed
            case .timedOut: throw .timedOut
            case .interrupted: throw .interrupted
            }
        }
    }

    // MARK: Reuse

    /// Ends an exchange; true when the connection can serve another.
    func finish() -> Bool {
        let isReusable = isPersistent && isRequestComplete && isBodyComplete && input.isEmpty && output.buffer.isEmpty
        returnBuffers()
        isReused = true
        return isReusable && isFit
    }

    func close() {
        returnBuffers()
        channel.close(abruptly: !isRequestComplete)
    }

    private func returnBuffers() {
        if input.capacity > 0 { buffers.reclaim(input.take()) }
        if output.buffer.capacity > 0 { buffers.reclaim(output.buffer.take()) }
    }
}
