public import Bytes
public import Policy

/// The right to send one request to an endpoint: a place among its requests in flight, and a probe's permit if the
/// breaker is half open. Whatever happens, both are given back exactly once: with its end, if nobody does it before.
///
/// It belongs to the loop that acquired it.
public struct UpstreamLease: ~Copyable {
    /// Where the request goes.
    public let endpoint: Endpoint
    private let service: Service
    private let snapshot: ServiceSnapshot
    private let position: Int
    private let permit: BreakerPermit?
    private let loop: Int
    private var isReported = false

    init(service: Service, snapshot: ServiceSnapshot, position: Int, permit: BreakerPermit?, loop: Int) {
        endpoint = snapshot.endpoints[position]
        self.service = service
        self.snapshot = snapshot
        self.position = position
        self.permit = permit
        self.loop = loop
    }

    deinit {
        if !isReported, let permit { service.breaker.cancel(permit: permit) }
        endpoint.leave()
    }

    /// The settings of the service when the lease was acquired.
    public var settings: ServiceSettings { snapshot.settings }

    /// Reports how the request went as soon as that is known, while the body may still flow. Only the first report
    /// counts.
    ///
    /// - Parameters:
    ///   - outcome: how it went.
    ///   - latency: the time to the response's head, or to the failure.
    ///   - now: the time.
    public mutating func report(_ outcome: UpstreamOutcome, latency: Nanoseconds, now: Instant) {
        guard !isReported else { return }
        isReported = true
        let time = now.nanoseconds
        switch outcome {
        case .response(let status) where !snapshot.isFailure(status):
            endpoint.succeed(latency: latency, now: time)
            snapshot.counters.successes.increment(loop: loop, now: time)
            snapshot.counters.endpointSuccesses[position].increment(loop: loop, now: time)
            service.breaker.succeed(permit: permit, now: time)
        case .response:
            fail(.failure, now: time)
        case .failure(let kind):
            // A timeout is as slow as it looks; other failures are fast, and must not attract requests.
            if kind == .timeout { endpoint.observe(latency: latency, now: time) }
            fail(kind == .connect ? .connectFailure : .failure, now: time)
        case .cancelled:
            if let permit { service.breaker.cancel(permit: permit) }
        }
    }

    /// Reports how the request went, and gives the place back.
    public consuming func finish(_ outcome: UpstreamOutcome, latency: Nanoseconds, now: Instant) {
        report(outcome, latency: latency, now: now)
    }

    private func fail(_ outcome: BreakerOutcome, now: UInt64) {
        let counters = snapshot.counters
        let othersWork = snapshot.endpoints.contains { $0 !== endpoint && $0.isWorking(at: now) }
        service.breaker.fail(outcome, permit: permit, othersWork: othersWork, now: now) { since in
            counters.successes.count(now: now, since: since)
        }
        let isOutlier = endpoint.fail(
            successes: { since in counters.endpointSuccesses[position].count(now: now, since: since) }, now: now)
        if isOutlier { service.eject(endpoint, now: now) }
    }
}

/// The answer of a service to a request that wants to be sent.
public enum Acquisition: ~Copyable {
    /// It may be sent.
    case lease(UpstreamLease)
    /// It may not.
    case refused(Refusal)

    /// Why a request may not be sent.
    public enum Refusal: Hashable, Sendable {
        /// The breaker is open.
        case open(retryAfter: Nanoseconds)
        /// The service has no endpoints, or all of them are draining.
        case noEndpoints
        /// No check of any endpoint passed yet, but some have not ended either: wait a little.
        case unknown
        /// Every endpoint is down.
        case noneHealthy
        /// Every endpoint has as many requests in flight as it may.
        case saturated
    }
}
