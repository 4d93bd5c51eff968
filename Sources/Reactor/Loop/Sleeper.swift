public import Bytes

/// A task's pause on its loop: ends at a deadline, or when it is told to.
public final class Sleeper: TimerNode {
    private let loop: EventLoop
    private var sleeping = Suspension()
    private var deadline = Instant.never
    private var isWoken = false

    /// A sleeper for tasks of `loop`, one at a time.
    public init(loop: EventLoop) {
        self.loop = loop
    }

    /// Suspends until `deadline` (`.timedOut`) or until `wake()` (`.ready`), also a `wake()` that came before.
    public func sleep(until deadline: Instant) async -> Wakeup {
        if isWoken {
            isWoken = false
            return .ready
        }
        if deadline <= loop.now { return .timedOut }
        self.deadline = deadline
        loop.arm(self, at: deadline)
        return await Suspension.suspend { sleeping = $0 }
    }

    /// Ends the pause.
    public func wake() {
        guard sleeping.isWaiting else {
            isWoken = true
            return
        }
        loop.disarm(self)
        sleeping.resume(.ready)
    }

    override func expire(at now: Instant) -> Instant {
        guard sleeping.isWaiting else { return .never }
        if deadline > now { return deadline }
        sleeping.resume(.timedOut)
        return .never
    }
}
