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
    /// Closed by us.
    public private(set) var isClosed = false
    /// When this descriptor's peer leaves, whoever waits on that watcher stops waiting: a client that goes away cancels
    /// the wait for its upstream.
    public var interruptsOnHangup: Watcher?

    let slot: Int
    let generation: UInt32
    @usableFromInline let readiness = Cell(Readiness())
    private let waits = Cell(Waits())

    /// What epoll last said.
    @usableFromInline
    struct Readiness {
        @usableFromInline var isReadable = false
        @usableFromInline var isWritable = true
        @usableFromInline var isHangup = false
    }

    /// Who waits, and until when.
    private struct Waits {
        var reader = Suspension()
        var writer = Suspension()
        var readDeadline = Instant.never
        var writeDeadline = Instant.never
        var isInterrupted = false
    }

    /// There may be something to read, or an end, or an error.
    @inlinable
    public var isReadable: Bool {
        get { readiness.value.isReadable }
        set { readiness.value.isReadable = newValue }
    }

    /// There may be room to write.
    @inlinable
    public var isWritable: Bool {
        get { readiness.value.isWritable }
        set { readiness.value.isWritable = newValue }
    }

    /// The peer has closed its sending side, or the connection failed.
    @inlinable
    public var isHangup: Bool { readiness.value.isHangup }

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
        if waits.value.isInterrupted || isClosed { return takeInterruption() }
        if isReadable { return .ready }
        assert(!waits.value.reader.isWaiting, "two tasks read one descriptor")
        waits.value.readDeadline = deadline
        if deadline < armedAt { loop.arm(self, at: deadline) }
        return await Suspension.suspend { waits.value.reader = $0 }
    }

    /// Suspends until `isWritable`, or until `deadline`. `.ready` at once when it is.
    public func waitWritable(until deadline: Instant) async -> Wakeup {
        if waits.value.isInterrupted || isClosed { return takeInterruption() }
        if isWritable { return .ready }
        assert(!waits.value.writer.isWaiting, "two tasks write one descriptor")
        waits.value.writeDeadline = deadline
        if deadline < armedAt { loop.arm(self, at: deadline) }
        return await Suspension.suspend { waits.value.writer = $0 }
    }

    /// Makes a wait for input that has begun end by `deadline` at the latest.
    public func shortenRead(until deadline: Instant) {
        guard waits.value.reader.isWaiting, deadline < waits.value.readDeadline else { return }
        waits.value.readDeadline = deadline
        if deadline < armedAt { loop.arm(self, at: deadline) }
    }

    /// Whether a task waits for this descriptor to become readable.
    public var hasReader: Bool { waits.value.reader.isWaiting }

    /// Wakes whoever waits with `.interrupted`; when nobody does, the next wait returns it.
    public func interrupt() {
        if waits.value.reader.isWaiting || waits.value.writer.isWaiting {
            waits.value.reader.resume(.interrupted)
            waits.value.writer.resume(.interrupted)
        } else {
            waits.value.isInterrupted = true
        }
    }

    /// Forgets an interruption that nobody waited for.
    public func clearInterruption() {
        waits.value.isInterrupted = false
    }

    private func takeInterruption() -> Wakeup {
        waits.value.isInterrupted = false
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
        waits.value.reader.resume(.interrupted)
        waits.value.writer.resume(.interrupted)
    }

    /// Takes in what epoll reported.
    func receive(_ event: EpollSelector.Event) {
        if event.isHangup {
            readiness.value.isHangup = true
            interruptsOnHangup?.interrupt()
        }
        if event.isReadable {
            isReadable = true
            waits.value.reader.resume(.ready)
        }
        if event.isWritable {
            isWritable = true
            waits.value.writer.resume(.ready)
        }
    }

    override func expire(at now: Instant) -> Instant {
        var next = Instant.never
        if waits.value.reader.isWaiting {
            if waits.value.readDeadline <= now {
                waits.value.reader.resume(.timedOut)
            } else {
                next = waits.value.readDeadline
            }
        }
        if waits.value.writer.isWaiting {
            if waits.value.writeDeadline <= now {
                waits.value.writer.resume(.timedOut)
            } else {
                next = min(next, waits.value.writeDeadline)
            }
        }
        return next
    }
}
