internal import Bytes
internal import HTTP
internal import Reactor

/// An HTTP/2 connection, downstream or upstream: the state machine of the connection, the channel below it and the streams
/// above it (RFC 9113).
///
///     channel -> input -> machine -> streams      one task reads
///     channel <- output <- machine <- streams     written at the end of a round, or by a task while the channel is full
///
/// A connection without streams holds no buffer. Subclasses say what a head means. Confined to its loop.
class H2Session {
    /// What changes all the time, kept in one cell.
    struct State: ~Copyable {
        var streams: [H2Stream?] = []
        /// Streams that wait for room in the output, the longest wait first.
        var waitingForRoom: [H2Stream] = []
        var isFlushDue = false
        var isWriting = false
        /// Nothing more comes or goes.
        var isEnded = false
        /// Ends the reading once nothing is open.
        var isClosing = false
        var lastReadAt: Instant
        /// When the frame or field block began of which only a part is here; never, when nothing is unfinished.
        var unfinishedSince = Instant.never
        /// When the last stream was forgotten; before that, when the connection began.
        var idleSince: Instant
        /// Wakes the reader's task when the last stream is forgotten, and when there is less left to be written.
        var allForgotten: Sleeper?
        var written: Sleeper?
        var failure: H2Failure?
    }

    final let channel: ByteChannel
    final let loop: EventLoop
    final let buffers: BufferPool
    /// The pace at which the peer has to take what is sent to it.
    final let pace: TransferLimits
    private final let machineCell: Cell<H2Connection>
    private final let inputCell = Cell(ByteBuffer())
    private final let outputCell = Cell(ByteBuffer())
    private final let stateCell: Cell<State>
    private final let flushes: FlushList
    private final let idleStreams: H2StreamPool

    init(
        _ machine: consuming H2Connection, over channel: ByteChannel, buffers: BufferPool, streams: H2StreamPool,
        pace: TransferLimits
    ) {
        self.channel = channel
        self.buffers = buffers
        self.pace = pace
        loop = channel.watcher.loop
        flushes = streams.flushes
        idleStreams = streams
        machineCell = Cell(machine)
        stateCell = Cell(State(lastReadAt: loop.now, idleSince: loop.now))
    }

    final var machine: H2Connection {
        _read { yield machineCell.value }
        _modify { yield &machineCell.value }
    }

    final var input: ByteBuffer {
        _read { yield inputCell.value }
        _modify { yield &inputCell.value }
    }

    final var output: ByteBuffer {
        _read { yield outputCell.value }
        _modify { yield &outputCell.value }
    }

    final var state: State {
        _read { yield stateCell.value }
        _modify { yield &stateCell.value }
    }

    /// Whether the connection is over.
    final var isEnded: Bool { state.isEnded }

    // MARK: What subclasses decide

    /// The connection's first frames have been queued.
    func didStart() {}

    /// A stream was reset, by the peer or because the peer broke a rule.
    func didReset(_ stream: H2Stream, _ code: H2ErrorCode, byPeer: Bool) { stream.close(code) }

    /// A head came that begins a stream, or a response. It is in the machine.
    func didReceiveHead(_ slot: H2Slot, refusal: H1Error?, isEnd: Bool) {}

    /// The peer broke a rule that ends the connection.
    func didFail(_ failure: H2Failure) {}

    /// A message of the peer was none, and its stream was reset.
    func didReceiveMalformed(_ flaw: H2Malformed) {}

    /// The peer takes no streams after `last`.
    func didReceiveGoAway(last: UInt32) {}

    /// The peer has said what it allows.
    func didReceiveSettings() {}

    /// Nothing more comes from the peer.
    func didEndInput() {}

    /// The ping that followed the announced end came back.
    func didReceivePong() {}

    /// When the wait for input that begins now ends. It may come nearer when the last stream is forgotten.
    var readDeadline: Instant { .never }

    /// Whether the peer gets time to read the last that it was sent, though it may be sending itself.
    var lingers: Bool { state.failure != nil }

    // MARK: Life

    /// Says hello, which must come before anything else: before the first stream is opened.
    final func start() {
        send { machine, output in machine.start(to: &output) }
        didStart()
    }

    /// Serves a connection that has been started to its end. Streams that are still at work when the connection ends are
    /// told so, and waited for.
    final func serve() async {
        await read()
        didEndInput()
        await end()
    }

    /// Says goodbye and lets the streams go.
    private final func end() async {
        if state.failure == nil, !state.isEnded { machine.finishGoAway(.noError, to: &output) }
        // Nothing more comes for them, however long the peer takes to read the rest.
        for stream in state.streams { stream?.lose() }
        flush()
        await waitUntilWritten()
        let lingers = lingers && !state.isEnded && !channel.watcher.isHangup
        state.isEnded = true
        if lingers { await channel.linger(into: &input) }
        channel.close(abruptly: !output.isEmpty)
        while machine.openStreams > 0 {
            let sleeper = Sleeper(loop: loop)
            state.allForgotten = sleeper
            _ = await sleeper.sleep(until: .never)
        }
        returnBuffers()
    }

    /// Closes the connection whatever it does.
    final func cut() {
        state.isEnded = true
        for stream in state.streams { stream?.lose() }
        channel.close(abruptly: true)
    }

    /// Ends the connection as soon as no stream is open. The reader's task looks at that when it is woken.
    final func closeWhenIdle() {
        state.isClosing = true
        if machine.openStreams == 0 { channel.watcher.interrupt() }
    }

    // MARK: Streams

    /// The stream of a slot that has just been taken.
    final func makeStream(_ slot: H2Slot) -> H2Stream {
        let stream = idleStreams.lend()
        stream.attach(to: self, slot)
        while state.streams.count <= slot.index { state.streams.append(nil) }
        state.streams[slot.index] = stream
        return stream
    }

    final func stream(of slot: H2Slot) -> H2Stream? {
        slot.index < state.streams.count ? state.streams[slot.index] : nil
    }

    /// Takes a stream back whose work has ended.
    final func forget(_ stream: H2Stream) {
        let slot = stream.slot
        state.streams[slot.index] = nil
        if stream.state.isInLine { state.waitingForRoom.removeAll { $0 === stream } }
        machine.forget(slot, to: &output)
        if !output.isEmpty { flushSoon() }
        stream.detach()
        idleStreams.reclaim(stream)
        guard machine.openStreams == 0 else { return }
        state.idleSince = loop.now
        state.allForgotten?.wake()
        if state.isEnded { return }
        // The wait began when there was something to wait for.
        channel.watcher.shortenRead(until: readDeadline)
        if state.isClosing { channel.watcher.interrupt() }
    }

    private final func returnBuffers() {
        if input.capacity > 0 { buffers.reclaim(input.take()) }
        if output.capacity > 0 { buffers.reclaim(output.take()) }
    }

    final func flushSoon() {
        guard !state.isFlushDue else { return }
        state.isFlushDue = true
        flushes.add(self)
    }
}
