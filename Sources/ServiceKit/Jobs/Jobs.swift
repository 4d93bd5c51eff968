import Synchronization

/// Work that a service does by itself: again and again, or once at the start.
///
/// A handler registers jobs when it is made; the process runs them beside its requests, each by itself, until it stops.
/// Tests run them by hand.
public final class Jobs: Sendable {
    /// One job.
    public struct Job: Sendable {
        /// What it is called in the log.
        public let name: String
        /// Seconds from the end of one run to the next, when nothing wakes it earlier.
        public let interval: Double
        /// Does what there is to do now. An error is logged, and the next run comes as usual.
        public let run: @Sendable () async throws -> Void
    }

    private let state = Mutex<[Job]>([])
    private let wakers = Mutex<[String: @Sendable (Double) -> Void]>([:])

    /// No jobs.
    public init() {}

    /// All jobs.
    public var all: [Job] { state.withLock { $0 } }

    /// Registers a job.
    ///
    /// - Parameters:
    ///   - name: what it is called.
    ///   - interval: seconds from the end of one run to the next.
    ///   - run: what it does.
    public func every(_ interval: Double, _ name: String, _ run: @escaping @Sendable () async throws -> Void) {
        state.withLock { $0.append(Job(name: name, interval: interval, run: run)) }
    }

    /// Lets a job run before its interval is over, because there will be something for it to do.
    ///
    /// - Parameters:
    ///   - name: what it is called.
    ///   - delay: seconds until it runs.
    public func wake(_ name: String, after delay: Double = 0) {
        wakers.withLock { $0[name] }?(delay)
    }

    /// Sets what `wake` does: whoever runs the jobs. It may be called on any thread.
    func onWake(_ name: String, _ wake: @escaping @Sendable (_ delay: Double) -> Void) {
        wakers.withLock { $0[name] = wake }
    }

    /// Runs a job now, as tests do.
    public func run(_ name: String) async throws {
        for job in all where job.name == name { try await job.run() }
    }
}
