internal import Synchronization

/// Jobs that other threads hand to a loop. A thread that adds the first job while the loop sleeps is told to wake it.
final class JobQueue: Sendable {
    private struct State {
        var jobs: [UnownedJob] = []
        var isLoopAsleep = false
    }

    private let state = Lock(State())
    /// How many jobs came from other threads since the start: a request that never leaves its loop adds none.
    let received = Atomic<UInt64>(0)

    /// Adds a job; true when the loop must be woken.
    func add(_ job: UnownedJob) -> Bool {
        received.add(1, ordering: .relaxed)
        return state.withLock { state in
            state.jobs.append(job)
            defer { state.isLoopAsleep = false }
            return state.isLoopAsleep
        }
    }

    /// Moves what has come into `jobs`; when nothing has and nothing else is to do, the loop counts as asleep from here on.
    func take(into jobs: inout [UnownedJob], beforeSleep: Bool) {
        state.withLock { state in
            if !state.jobs.isEmpty {
                jobs.append(contentsOf: state.jobs)
                state.jobs.removeAll(keepingCapacity: true)
            }
            state.isLoopAsleep = beforeSleep && jobs.isEmpty
        }
    }
}
