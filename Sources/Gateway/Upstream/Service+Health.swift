public import Bytes
public import Policy
import Reactor

extension Service {
    /// How a service is, for /health and metrics.
    public struct Status: Hashable, Sendable {
        /// Its endpoints, without those that drain.
        public let total: Int
        /// Those of them that get requests.
        public let healthy: Int
        /// Requests in flight on all endpoints.
        public let inFlight: Int
        /// The state of its breaker.
        public let breaker: BreakerState
    }

    /// How the service is.
    public func status(now: Instant) -> Status {
        let endpoints = endpoints
        let staying = endpoints.filter { !$0.isDraining }
        return Status(
            total: staying.count,
            healthy: staying.count { $0.health == .up && !$0.isEjected(now: now) },
            inFlight: endpoints.reduce(0) { $0 + $1.inFlight },
            breaker: breakerState)
    }

    /// Takes note of the result of an active check.
    ///
    /// - Parameter problem: why it did not pass, for the log.
    /// - Returns: the new state if it changed.
    @discardableResult
    public func recordActiveCheck(
        _ endpoint: Endpoint, passed: Bool, problem: String? = nil, now: Instant
    ) -> HealthState? {
        // Who comes up among others that are warm warms up. Who comes up first has nobody to leave requests to.
        let joins = endpoints.contains { other in
            other !== endpoint && other.isServing
                && other.share(now: now.nanoseconds, slowStart: settings.health.slowStart) == SlowStart.full
        }
        let change = endpoint.verdicts.withLock { verdicts in
            verdicts.problem = problem
            let change = verdicts.health.record(passed: passed)
            if change == .up { endpoint.warm(since: joins ? now.nanoseconds : 0) }
            endpoint.publish(verdicts.health.state)
            return change
        }
        if let change { sink(name, .health(endpoint, change)) }
        if passed { breaker.activeCheckPassed(cameUp: change == .up) }
        return change
    }

    /// Takes an endpoint out at once: its process ended. The first check that the next process passes brings it back,
    /// with nothing held against it.
    public func markCrashed(_ endpoint: Endpoint, now: Instant) {
        endpoint.isAwaited = false
        let change = endpoint.verdicts.withLock { verdicts in
            verdicts.problem = "its process has ended"
            let change = verdicts.health.crash()
            verdicts.outliers.reset(now: now.nanoseconds)
            endpoint.publish(verdicts.health.state)
            endpoint.publish(ejectedUntil: verdicts.outliers.ejectedUntil)
            return change
        }
        if let change { sink(name, .health(endpoint, change)) }
    }
}
