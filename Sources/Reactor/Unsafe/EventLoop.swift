public import Bytes
internal import Glibc
internal import Synchronization

/// One thread that waits with epoll and runs the tasks of its connections, one after the other.
///
/// Tasks are started with `spawn`. Without the task-executor preference that this gives, every resumption of a
/// non-isolated async function would bounce through the global pool. Jobs run on the task executor alone: a serial
/// executor named beside it counts as foreign to non-isolated functions, and each wait would then pass through this queue
/// three times instead of once. Everything but `enqueue`, `spawn` and `stop` belongs to the loop's thread.
public final class EventLoop: TaskExecutor, @unchecked Sendable {
    /// The loop's number in its group: the shard of everything that is kept per loop.
    public let index: Int
    /// The time at which the loop last woke up. Read it instead of the clock: it is the same within one round.
    public private(set) var now: Instant {
        @inlinable get { clock.value }
        set { clock.value = newValue }
    }
    @usableFromInline let clock: Cell<Instant>
    /// How many jobs came from other threads. A request that never leaves its loop adds none.
    public var foreignJobs: UInt64 { queue.received.load(ordering: .relaxed) }

    private let queue = JobQueue()
    private let wakeup: Descriptor
    private var selector: EpollSelector
    private var timers = TimerHeap()
    private let jobsCell = Cell<[UnownedJob]>([])
    private var jobs: [UnownedJob] {
        _read { yield jobsCell.value }
        _modify { yield &jobsCell.value }
    }
    private var running: [UnownedJob] = []
    private var watchers: [Watcher?] = [nil]
    private var freeSlots: [Int] = []
    private var generation: UInt32 = 0
    /// How many jobs have run: one for each time that a task starts or goes on.
    public private(set) var jobsRun: UInt64 = 0
    private var idleHooks: [() -> Void] = []
    private var roundHooks: [() -> Void] = []
    private let isStopped = Atomic(false)
    private let isStarted = Atomic(false)
    private let thread = Atomic<UInt>(0)

    /// A loop that is not running yet.
    /// - Throws: when the process is out of descriptors.
    public init(index: Int) throws(SystemError) {
        self.index = index
        clock = Cell(Syscalls.monotonicNow())
        wakeup = try Syscalls.eventDescriptor()
        selector = try EpollSelector()
        try selector.add(wakeup.number, slot: 0, generation: 0)
    }

    // MARK: Executor

    /// Takes a job: on the loop's own thread without a lock, from elsewhere through the queue.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            jobs.append(job)
        } else if queue.add(job) {
            Syscalls.signalEvent(wakeup.number)
        }
    }

    /// Whether `run` has been called: until then its state may be prepared on another thread.
    var hasStarted: Bool { isStarted.load(ordering: .relaxed) }

    /// Whether the calling thread is this loop's.
    public var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    /// Starts a task that runs on this loop from its first to its last instruction.
    public func spawn(_ body: @escaping @Sendable () async -> Void) {
        Task(executorPreference: self, operation: body)
    }

    // MARK: Running

    /// Starts the loop on a thread of its own.
    public func start() {
        Thread.start(name: "loop-\(index)") { [self] in run() }
    }

    /// Runs the loop on the calling thread until `stop()`.
    public func run() {
        precondition(!isStarted.exchange(true, ordering: .relaxed), "an event loop runs once")
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        while !isStopped.load(ordering: .acquiring) {
            runJobs()
            for hook in roundHooks { hook() }
            for hook in idleHooks where jobs.isEmpty { hook() }
            queue.take(into: &jobs, beforeSleep: true)
            let count = selector.wait(timeout: jobs.isEmpty ? timeout() : 0)
            now = Syscalls.monotonicNow()
            dispatch(count)
            expireTimers()
        }
        thread.store(0, ordering: .relaxed)
    }

    /// Makes `run()` return after its current round. From any thread.
    public func stop() {
        isStopped.store(true, ordering: .releasing)
        Syscalls.signalEvent(wakeup.number)
    }

    /// Runs `hook` whenever the loop has nothing left to do and is about to wait: for handing on what was gathered.
    public func onIdle(_ hook: @escaping () -> Void) {
        idleHooks.append(hook)
    }

    /// Runs `hook` at the end of each round, however much is left to do: for handing on together what the tasks of a round
    /// have made one by one.
    public func onRoundEnd(_ hook: @escaping () -> Void) {
        roundHooks.append(hook)
    }

    /// Runs what is queued. A job that comes while these run waits for the next round, so that a task which goes on and on
    /// cannot keep the loop from its descriptors; a few rounds are run to save a wait.
    private func runJobs() {
        for _ in 0..<4 {
            if jobs.isEmpty { return }
            swap(&jobs, &running)
            let executor = unsafe asUnownedTaskExecutor()
            var next = 0
            while next < running.count {
                unsafe running[next].runSynchronously(on: executor)
                next += 1
            }
            jobsRun &+= UInt64(next)
            running.removeAll(keepingCapacity: true)
        }
    }

    private func timeout() -> CInt {
        let earliest = timers.earliest
        guard earliest != .never else { return -1 }
        let milliseconds = (earliest - now + 999_999) / 1_000_000
        return CInt(clamping: min(milliseconds, 60_000))
    }

    private func dispatch(_ count: Int) {
        for index in 0..<count {
            let event = selector.event(at: index)
            if event.slot == 0 {
                Syscalls.drainEvent(wakeup.number)
                queue.take(into: &jobs, beforeSleep: false)
            } else if let watcher = watchers[event.slot], watcher.generation == event.generation {
                watcher.receive(event)
            }
        }
    }

    private func expireTimers() {
        while let node = timers.takeDue(at: now) {
            let next = node.expire(at: now)
            if next != .never { timers.arm(node, at: next) }
        }
    }

    // MARK: Descriptors and timers

    /// Registers a descriptor, which the watcher owns from here on. It counts as ready in both directions at first.
    /// - Throws: when the kernel refuses; the descriptor is closed then.
    public func watch(_ descriptor: consuming Descriptor) throws(SystemError) -> Watcher {
        assert(isCurrent || !hasStarted)
        let slot = freeSlots.popLast() ?? watchers.count
        generation &+= 1
        do {
            try selector.add(descriptor.number, slot: slot, generation: generation)
        } catch {
            freeSlots.append(slot)
            if slot == watchers.count { watchers.append(nil) }
            throw error
        }
        let watcher = Watcher(loop: self, descriptor: descriptor.release(), slot: slot, generation: generation)
        if slot == watchers.count { watchers.append(watcher) } else { watchers[slot] = watcher }
        return watcher
    }

    /// Drops a watcher that is being closed. The kernel forgets the descriptor when it is closed.
    func forget(_ watcher: Watcher) {
        timers.remove(watcher)
        watchers[watcher.slot] = nil
        freeSlots.append(watcher.slot)
    }

    func arm(_ node: TimerNode, at deadline: Instant) {
        timers.arm(node, at: deadline)
    }

    func disarm(_ node: TimerNode) {
        timers.remove(node)
    }

    /// Suspends the calling task for `interval` nanoseconds.
    public func sleep(for interval: Nanoseconds) async {
        _ = await Sleeper(loop: self).sleep(until: now + interval)
    }

    /// The clock itself, for measuring within a round.
    public func readClock() -> Instant { Syscalls.monotonicNow() }

    /// Wall-clock time.
    public func unixTime() -> (seconds: Int64, nanoseconds: Int64) { Syscalls.unixNow() }
}
