public import Bytes

/// A place where the tasks that read and write one thing wait for it: a descriptor, or a stream that shares one.
///
/// Readiness is kept as flags: `isReadable` and `isWritable` stay true until whoever reads or writes finds nothing more to
/// do and clears them. At most one task waits for each direction. Confined to its loop.
public class Waiter: TimerNode {
    /// The loop of those who wait.
    public final let loop: EventLoop
    /// What they waited for is gone: closed by us.
    public private(set) final var isClosed = false
    /// When the peer leaves, whoever waits there stops waiting: a client that goes away cancels the wait for its upstream.
    public final var interruptsOnHangup: Waiter? {
        get { waits.value.dependent }
        set { waits.value.dependent = newValue }
    }

    @usableFromInline final let readiness: Cell<Readiness>
    private final let waits = Cell(Waits())

    /// What is known of the thing.
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
        /// Whom the peer's departure interrupts.
        var dependent: Waiter?
    }

    /// Nobody waits, there is nothing to read yet and room to write.
    public init(loop: EventLoop) {
        self.loop = loop
        readiness = Cell(Readiness())
    }

    /// There may be something to read, or an end, or an error.
    @inlinable
    public final var isReadable: Bool {
        get { readiness.value.isReadable }
        set { readiness.value.isReadable = newValue }
    }

    /// There may be room to write.
    @inlinable
    public final var isWritable: Bool {
        get { readiness.value.isWritable }
        set { readiness.value.isWritable = newValue }
    }

    /// The peer has closed its sending side, or the connection failed.
    @inlinable
    public final var isHangup: Bool { readiness.value.isHangup }

    /// Suspends until `isReadable`, or until `deadline`. `.ready` at once when it is.
    public final func waitReadable(until deadline: Instant) async -> Wakeup {
        if waits.value.isInterrupted || isClosed { return takeInterruption() }
        if isReadable { return .ready }
        assert(!waits.value.reader.isWaiting, "two tasks read one thing")
        waits.value.readDeadline = deadline
        if deadline < armedAt { loop.arm(self, at: deadline) }
        return await Suspension.suspend { waits.value.reader = $0 }
    }

    /// Suspends until `isWritable`, or until `deadline`. `.ready` at once when it is.
    public final func waitWritable(until deadline: Instant) async -> Wakeup {
        if waits.value.isInterrupted || isClosed { return takeInterruption() }
        if isWritable { return .ready }
        assert(!waits.value.writer.isWaiting, "two tasks write one thing")
        waits.value.writeDeadline = deadline
        if deadline < armedAt { loop.arm(self, at: deadline) }
        return await Suspension.suspend { waits.value.writer = $0 }
    }

    /// Makes a wait for input that has begun end by `deadline` at the latest.
    public final func shortenRead(until deadline: Instant) {
        guard waits.value.reader.isWaiting, deadline < waits.value.readDeadline else { return }
        waits.value.readDeadline = deadline
        if deadline < armedAt { loop.arm(self, at: deadline) }
    }

    /// Whether a task waits for something to read.
    public final var hasReader: Bool { waits.value.reader.isWaiting }

    /// Wakes whoever waits with `.interrupted`; when nobody does, the next wait returns it.
    public final func interrupt() {
        if waits.value.reader.isWaiting || waits.value.writer.isWaiting {
            waits.value.reader.resume(.interrupted)
            waits.value.writer.resume(.interrupted)
        } else {
            waits.value.isInterrupted = true
        }
    }

    /// Forgets an interruption that nobody waited for.
    public final func clearInterruption() {
        waits.value.isInterrupted = false
    }

    private final func takeInterruption() -> Wakeup {
        waits.value.isInterrupted = false
        return .interrupted
    }

    // MARK: What happens to the thing

    /// There is something to read, or an end: whoever waits for that goes on.
    public final func becomeReadable() {
        isReadable = true
        waits.value.reader.resume(.ready)
    }

    /// There is room to write: whoever waits for that goes on.
    public final func becomeWritable() {
        isWritable = true
        waits.value.writer.resume(.ready)
    }

    /// The peer has left.
    public final func hangUp() {
        readiness.value.isHangup = true
        interruptsOnHangup?.interrupt()
    }

    /// Makes it as new, for another thing of the same kind. Nobody may be waiting.
    public final func renew() {
        assert(!waits.value.reader.isWaiting && !waits.value.writer.isWaiting, "somebody still waits")
        readiness.value = Readiness()
        waits.value.isInterrupted = false
        interruptsOnHangup = nil
    }

    /// Nothing more can be read or written, and whoever waits stops. `close()` ends here, once it has nothing to wait for.
    final func shut() {
        isClosed = true
        isReadable = false
        isWritable = false
        interruptsOnHangup = nil
    }

    /// Wakes whoever waits: it is closed.
    final func dismiss() {
        waits.value.reader.resume(.interrupted)
        waits.value.writer.resume(.interrupted)
    }

    override final func expire(at now: Instant) -> Instant {
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
