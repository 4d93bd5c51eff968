internal import Bytes
internal import HTTP
internal import Reactor

/// An upstream HTTP/2 connection: many exchanges side by side, each on a stream of its own.
final class H2ClientConnection: H2Session {
    /// How many streams are used at once, however many more the upstream would take. It falls when the upstream refuses
    /// one: what it counts may be other than what it announces.
    private var streamLimit: Int
    /// Where the limit begins, and what it grows back to, by one for every so many streams that end well.
    private let streamLimitAtFirst: Int
    private static var growth: Int { 64 }
    private var finishedSinceRefusal = 0
    private var opened = 0
    /// No stream is opened any more.
    private var isRetired = false
    /// Whoever waits for the first settings.
    private let greeting: Waiter
    private var isGreeted = false

    init(
        channel: ByteChannel, target: UpstreamTarget, buffers: BufferPool, streams: H2StreamPool, headLimits: HeadLimits
    ) {
        streamLimit = target.streamLimit
        streamLimitAtFirst = target.streamLimit
        greeting = Waiter(loop: channel.watcher.loop)
        super.init(
            H2Connection(
                role: .client, settings: Self.settings(streamLimit), limits: H2Limits(), headLimits: headLimits),
            over: channel, buffers: buffers, streams: streams, pace: TransferLimits())
    }

    /// The connection's window never stops a stream: clients who are slow to take their responses must not keep others
    /// from theirs.
    private static func settings(_ streamLimit: Int) -> H2Settings {
        var settings = H2Settings()
        let window = UInt64(streamLimit) * UInt64(settings.initialWindow)
        settings.connectionWindow = UInt32(clamping: min(max(window, 1 << 20), 1 << 31 - 1))
        return settings
    }

    /// Waits until the upstream has said how many streams it takes: more than that would be refused. Who does not say that
    /// does not speak HTTP/2.
    /// - Parameter onStart: receives whom to interrupt.
    func waitForGreeting(until deadline: Instant, onStart: (Waiter) -> Void) async throws(UpstreamError) {
        onStart(greeting)
        switch await greeting.waitReadable(until: deadline) {
        case .ready: if !isGreeted { throw .closed }
        case .timedOut: throw .connect(.timedOut)
        case .interrupted: throw .connect(.interrupted)
        }
    }

    /// Whether a request may begin now.
    var hasRoom: Bool {
        !isEnded && !isRetired && !channel.watcher.isHangup && machine.openStreams < streamLimit && machine.canOpen
    }

    /// Begins an exchange; nil when the connection takes none.
    func open() -> H2Stream? {
        guard hasRoom, let slot = machine.open() else { return nil }
        let stream = makeStream(slot)
        stream.state.isReused = opened > 0
        opened += 1
        return stream
    }

    /// Ends an exchange, early if need be.
    func finish(_ stream: H2Stream) {
        if !stream.isComplete {
            stream.reset(.cancel)
        } else if streamLimit < streamLimitAtFirst {
            finishedSinceRefusal += 1
            if finishedSinceRefusal % Self.growth == 0 { streamLimit += 1 }
        }
        forget(stream)
    }

    /// Opens no more streams, and closes when those that are open have ended.
    func retire() {
        isRetired = true
        closeWhenIdle()
    }

    /// Whether nothing has used the connection for so long.
    func isIdle(for interval: Nanoseconds) -> Bool {
        machine.openStreams == 0 && loop.now - state.idleSince >= interval
    }

    /// Whether nothing at all has come from the upstream since `instant`: the way to it may be dead.
    func isSilent(since instant: Instant) -> Bool { state.lastReadAt <= instant }

    override func didReceiveHead(_ slot: H2Slot, refusal: H1Error?, isEnd: Bool) {
        stream(of: slot)?.receiveHead(&machine.responseHead, isEnd: isEnd)
    }

    override func didReceiveSettings() {
        isGreeted = true
        greeting.becomeReadable()
    }

    override func didEndInput() {
        greeting.becomeReadable()
    }

    override func didReset(_ stream: H2Stream, _ code: H2ErrorCode, byPeer: Bool) {
        // What was still to be said of a request that is answered is not wanted: no failure (RFC 9113 section 8.1).
        if code == .noError, byPeer, stream.state.isInputEnded { return stream.endOutput() }
        if code == .refusedStream, byPeer {
            // The refused one is still counted.
            streamLimit = max(1, min(streamLimit, machine.openStreams - 1))
            finishedSinceRefusal = 0
        }
        stream.close(code)
    }

    override func didReceiveGoAway(last: UInt32) {
        for case .some(let stream) in state.streams where stream.slot.id > last { stream.close(.refusedStream) }
        retire()
    }
}
