public import Bytes

/// One descriptor on one event loop: what epoll last said of it, and the tasks that wait for it.
///
/// Readiness is kept as flags (the set is edge-triggered): `isReadable` and `isWritable` stay true until whoever reads or
/// writes finds nothing more to do and clears them. At most one task waits for each direction. Confined to its loop.
public final class Watcher: TimerNode {
    /// The loop that the descriptor lives on.
    public let loop: EventLoop
    /// The descriptor; owned, closed by `close()`.
    public let descriptor: CInt
    /// There may be something to read, or an end, or an error.
    public var isReadable = false
    /// There may be room to write.
    public var isWritable = true
    /// The peer has closed its sending side, or the connection failed.
    public private(set) var isHangup = false
    /// Closed by us.
    public private(set) var isClosed = false
    /// When this descriptor's peer leaves, whoever waits on that watcher stops waiting: a client that goes away cancels
    /// the wait for its upstream.
    public var interruptsOnHangup: Watcher?

    let slot: Int
    let generation: UInt32
    private var reader = Suspension()
    private var writer = Suspension()
    private var readDeadline = Instant.never
    private var writeDeadline = Instant.never
    private var isInterrupted = false

    init(loop: EventLoop, descriptor: CInt, slot: Int, generation: UInt32) {
        self.loop = loop
        self.descriptor = descriptor
        self.slot = slot
        self.generation = generation
    }

    deinit {
        assert(isClosed, "a watcher went away without being closed")
    }

    /// Suspends until `isReadable`, or until `deadline`. `.ready` at once when it is.
    public func waitReadable(until deadline: Instant) async -> Wakeup {
        if isInterrupted || isClosed { return takeInterruption() }
        if isReadable { return .ready }
        assert(!reader.isWaiting, "two tasks read one descriptor")
        readDeadline = deadline
        if deadline < armedAt { loop.arm(self, at: deadline) }
        return await Suspension.suspend { reader = $0 }
    }

    /// Suspends until `isWritable`, or until `deadline`. `.ready` at once when it is.
    public func waitWritable(until deadline: Instant) async -> Wakeup {
        if isInterrupted || isClosed { return takeInterruption() }
        if isWritable { return .ready }
        assert(!writer.isWaiting, "two tasks write one descriptor")
        writeDeadline = deadline
        if deadline < armedAt { loop.arm(self, at: deadline) }
        return await Suspension.suspend { writer = $0 }
    }

    /// Whether a task waits for this descriptor to become readable.
    public var hasReader: Bool { reader.isWaiting }

    /// Wakes whoever waits with `.interrupted`; when nobody does, the next wait returns it.
    public func interrupt() {
        if reader.isWaiting || writer.isWaiting {
            reader.resume(.interrupted)
            writer.resume(.interrupted)
        } else {
            isInterrupted = true
        }
    }

    /// Forgets an interruption that nobody waited for.
    public func clearInterruption() {
        isInterrupted = false
    }

    private func takeInterruption() -> Wakeup {
        isInterrupted = false
        return .interrupted
    }

    /// Closes the descriptor and wakes whoever waits. Closing twice is allowed.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        // Whoever still tries to read or write must not reach the number, which the next descriptor may have by then.
        isReadable = false
        isWritable = false
        interruptsOnHangup = nil
        loop.forget(self)
        Syscalls.close(descriptor)
        reader.resume(.interrupted)
        writer.resume(.interrupted)
    }

    /// Takes in what epoll reported.
    func receive(_ event: EpollSelector.Event) {
        if event.isHangup {
            isHangup = true
            interruptsOnHangup?.interrupt()
        }
        if event.isReadable {
            isReadable = true
            reader.resume(.ready)
        }
        if event.isWritable {
            isWritable = true
            writer.resume(.ready)
        }
    }

    override func expire(at now: Instant) -> Instant {
        var next = Instant.never
        if reader.isWaiting {
            if readDeadline <= now { reader.resume(.timedOut) } else { next = readDeadline }
        }
        if writer.isWaiting {
            if writeDeadline <= now { writer.resume(.timedOut) } else { next = min(next, writeDeadline) }
        }
        return next
    }
}
