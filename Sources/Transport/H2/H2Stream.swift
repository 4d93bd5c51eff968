internal import Bytes
internal import HTTP
internal import Reactor

/// One stream of an HTTP/2 connection: the body that has come and is not yet taken, what may be sent, and the tasks that
/// wait for either. What a request does with it downstream and upstream is in extensions.
///
/// Streams are reused. Confined to the connection's loop.
public final class H2Stream {
    /// What changes during a request, kept in one cell.
    struct State: ~Copyable {
        /// The connection and the place there; nil while the stream rests.
        var owner: H2Session?
        var slot: H2Slot?
        // What comes.
        var input = ByteBuffer()
        var trailers = FieldBlock()
        var isInputEnded = false
        var consumed: UInt64 = 0
        /// Bytes of the input that the peer has not been told of: it may not send as many more.
        var uncredited = 0
        /// What comes is taken in as it comes, because all of it is wanted before any of it is used.
        var isGathering = false
        // What goes.
        var isOutputEnded = false
        /// What is left of a body whose length has been announced.
        var remaining: UInt64?
        /// Whether it waits in the connection's line for room, and what it may still queue since it left the line.
        var isInLine = false
        var turn = 0
        /// Whether the stream is over before its time, and what the peer, or the machine, said of it.
        var isClosed = false
        var code = H2ErrorCode.noError
        /// What comes and goes are the bytes of another protocol: a tunnel rests for as long as its owner lets it.
        var isTunnel = false
        // Downstream.
        var mustContinue = false
        /// When what still comes after the answer is waited for no longer.
        var endDeadline = Instant.never
        var sending = TransferGuard()
        var receiving = TransferGuard()
        // Upstream.
        var head = ResponseHead()
        var hasHead = false
        var framing = BodyFraming.none
        var isReused = false
        var isRefused = false
        var hasTimedOut = false
        var hasHeadArrived = false
        /// A WebSocket was asked for.
        var mayTunnel = false
        var beganAt = Instant(nanoseconds: 0)
        var readDeadline = Instant.never
    }

    /// Those who wait for the stream.
    let waiter: Waiter
    private let stateCell = Cell(State())

    init(loop: EventLoop) {
        waiter = Waiter(loop: loop)
    }

    var state: State {
        _read { yield stateCell.value }
        _modify { yield &stateCell.value }
    }

    var slot: H2Slot { state.slot! }
    var loop: EventLoop { waiter.loop }

    /// The connection, from the stream's first to its last moment.
    var session: H2Session { state.owner! }

    var trailers: FieldBlock {
        _read { yield stateCell.value.trailers }
        _modify { yield &stateCell.value.trailers }
    }

    // MARK: From and to rest

    func attach(to session: H2Session, _ slot: H2Slot) {
        state.owner = session
        state.slot = slot
    }

    /// Makes it as new; heads and fields keep their memory.
    func detach() {
        if state.input.capacity > 0 { session.buffers.reclaim(state.input.take()) }
        waiter.renew()
        var fresh = State()
        swap(&fresh.trailers, &state.trailers)
        swap(&fresh.head, &state.head)
        fresh.trailers.removeAll()
        fresh.head.reset()
        swap(&state, &fresh)
    }

    // MARK: What the connection tells

    /// Takes in bytes of the peer's body.
    func receive(_ bytes: Span<UInt8>, isEnd: Bool) {
        if bytes.count > 0 {
            if state.input.capacity == 0 { state.input = session.buffers.lend() }
            state.input.append(bytes)
            state.uncredited += bytes.count
            if state.isGathering { creditAll() }
            state.receiving.didMove(bytes.count)
        }
        if isEnd { endInput() } else { waiter.becomeReadable() }
    }

    /// The peer's body is complete.
    func endInput() {
        state.isInputEnded = true
        waiter.becomeReadable()
    }

    /// The stream was reset, by the peer or because the peer broke a rule.
    func close(_ code: H2ErrorCode) {
        state.isRefused = code == .refusedStream
        state.code = code
        lose()
    }

    /// The connection has ended, or the stream with it.
    func lose() {
        guard !state.isClosed else { return }
        state.isClosed = true
        waiter.hangUp()
        wakeAll()
    }

    /// The peer wants no more of what is sent.
    func endOutput() {
        state.isOutputEnded = true
        wakeAll()
    }

    private func wakeAll() {
        waiter.becomeReadable()
        waiter.becomeWritable()
    }

    /// More may be sent on this stream: whoever waits for that tries again.
    func windowOpened() {
        if !waiter.isWritable, !state.isInLine { waiter.becomeWritable() }
    }

    // MARK: Body that comes

    /// What is here of the body.
    func poll() -> RequestBodyProgress? {
        if !state.input.isEmpty { return .available(state.input.count) }
        if state.isInputEnded { return .end }
        return state.isClosed ? nil : .needsInput
    }

    /// Lends `count` bytes of the body; the closure returns how many it is done with.
    func take<Result, Failure: Error>(
        _ count: Int, _ use: (Span<UInt8>) throws(Failure) -> (consumed: Int, Result)
    ) throws(Failure) -> Result {
        let (consumed, result) = try state.input.withReadable { bytes throws(Failure) in
            try use(bytes.extracting(first: count))
        }
        state.input.consume(consumed)
        state.consumed += UInt64(consumed)
        let credited = min(consumed, state.uncredited)
        state.uncredited -= credited
        if credited > 0 { credit(credited) }
        return result
    }

    /// Lets the peer send on before what it sent has been used.
    func creditAll() {
        let count = state.uncredited
        state.uncredited = 0
        if count > 0 { credit(count) }
    }

    private func credit(_ count: Int) {
        guard !session.isEnded else { return }
        let slot = slot
        session.send { machine, output in machine.didConsume(slot, count, to: &output) }
    }

    /// Gives the memory back that a tunnel at rest has no use for.
    func releaseInput() {
        if state.isTunnel, state.input.isEmpty, state.input.capacity > 0 { session.buffers.reclaim(state.input.take()) }
    }

    // MARK: Body that goes

    /// Queues what there is room for of `bytes`; with `remaining` known, the last of them end the stream.
    func send(_ bytes: Span<UInt8>) -> Int {
        if bytes.count == 0 || state.isOutputEnded { return bytes.count }
        let room = session.room(for: self)
        let count = min(bytes.count, room)
        var taken = 0
        if count > 0 {
            let (slot, isLast) = (slot, state.remaining == UInt64(count))
            taken = session.send { machine, output in
                machine.sendData(slot, bytes.extracting(first: count), isEnd: isLast, to: &output)
            }
            if let remaining = state.remaining {
                state.remaining = remaining - UInt64(min(taken, Int(clamping: remaining)))
            }
            if isLast, taken == count { state.isOutputEnded = true }
            state.turn -= min(taken, state.turn)
            state.sending.didMove(taken)
        }
        if taken < bytes.count {
            waiter.isWritable = false
            // Less than there was room for: the stream's window is shut, and the peer opens it.
            if taken == count { session.waitForRoom(self) }
        }
        return taken
    }

    /// Ends what is sent, with trailers if there are any.
    func finishOutput(trailers: borrowing FieldBlock) {
        guard !state.isOutputEnded, !state.isClosed else { return }
        state.isOutputEnded = true
        let slot = slot
        if session.output.capacity == 0 { session.output = session.buffers.lend() }
        if trailers.isEmpty {
            session.machine.sendEnd(slot, to: &session.output)
        } else {
            session.machine.sendTrailers(slot, trailers, to: &session.output)
        }
        session.flushSoon()
    }

    /// Ends the stream before its time.
    func reset(_ code: H2ErrorCode) {
        guard !state.isClosed, !session.isEnded else { return }
        state.isClosed = true
        let slot = slot
        session.send { machine, output in machine.reset(slot, code, to: &output) }
        // Whoever else works on it has nothing left to do.
        wakeAll()
    }
}
