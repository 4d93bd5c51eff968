import Policy

/// The settings and endpoints of a service at one time, as requests see them. It never changes; each loop has one of
/// its own, so that loops do not share the reference count either.
final class ServiceSnapshot: Sendable {
    let generation: UInt64
    let settings: ServiceSettings
    let endpoints: [Endpoint]
    let counters: Counters
    /// Whose turn it is, when the endpoints take turns.
    let schedule: [Int]
    private let leastFailureStatus: UInt16

    /// Counters of the windows that settings configure. They are replaced when their window changes.
    struct Counters: Sendable {
        /// Requests, for the retry budget.
        let requests: WindowedCounter
        /// Successes, for the breaker.
        let successes: WindowedCounter
        /// Successes of each endpoint, for its ejection.
        let endpointSuccesses: [WindowedCounter]

        init(
            loops: Int, settings: ServiceSettings, endpoints: [Endpoint], keeping old: ServiceSnapshot?
        ) {
            func counter(_ window: Nanoseconds, keeping old: WindowedCounter?) -> WindowedCounter {
                let clock = WindowClock(window: window)
                if let old, old.clock == clock { return old }
                return WindowedCounter(loops: loops, clock: clock)
            }
            requests = counter(settings.retryBudget.window, keeping: old?.counters.requests)
            successes = counter(settings.breaker.window, keeping: old?.counters.successes)
            endpointSuccesses = endpoints.map { endpoint in
                let index = old?.endpoints.firstIndex { $0 === endpoint }
                return counter(
                    settings.outliers.window, keeping: index.flatMap { old?.counters.endpointSuccesses[$0] })
            }
        }
    }

    init(loops: Int, settings: ServiceSettings, endpoints: [Endpoint], keeping old: ServiceSnapshot?) {
        generation = (old?.generation ?? 0) + 1
        self.settings = settings
        self.endpoints = endpoints
        counters = Counters(loops: loops, settings: settings, endpoints: endpoints, keeping: old)
        schedule = settings.balance == .roundRobin ? SmoothSchedule.make(weights: endpoints.map(\.weight)) : []
        leastFailureStatus = settings.breaker.failureStatuses.min() ?? .max
    }

    /// The same, for another loop.
    init(copying other: ServiceSnapshot) {
        generation = other.generation
        settings = other.settings
        endpoints = other.endpoints
        counters = other.counters
        schedule = other.schedule
        leastFailureStatus = other.leastFailureStatus
    }

    /// Whether a response with this status is a failure of the service.
    func isFailure(_ status: UInt16) -> Bool {
        status >= leastFailureStatus && settings.breaker.failureStatuses.contains(status)
    }
}
