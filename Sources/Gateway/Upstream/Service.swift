public import Bytes
public import Policy
import Reactor
import Synchronization

/// One service at run time: its endpoints, its breaker, its retry budget. All loops share it, and it outlives reloads.
///
/// A request reads an immutable snapshot, of which each loop keeps a copy until the generation changes; the lock behind
/// it is touched only by changes: of the configuration, of the set of endpoints, and by ejections.
public final class Service: Sendable {
    /// The name that routes call it by.
    public let name: String
    let breaker: SharedBreaker
    let sink: TransitionSink
    private let loops: Int
    private let budget: Lock<RetryBudget>
    private let published: Lock<ServiceSnapshot>
    private let generation: Atomic<UInt64>
    private let views: [LoopView]
    private let turns = Atomic<UInt64>(0)

    /// A loop's copy of the snapshot. Only that loop touches it.
    private final class LoopView: @unchecked Sendable {
        var snapshot: ServiceSnapshot
        init(_ snapshot: ServiceSnapshot) { self.snapshot = snapshot }
    }

    /// - Parameters:
    ///   - name: the name that routes call it by.
    ///   - settings: how it is reached, watched and protected.
    ///   - endpoints: where it listens; more may come and go.
    ///   - loops: how many loops there are; they are numbered from zero.
    ///   - seed: the seed of the breaker's jitter.
    ///   - sink: hears of every change of state.
    public init(
        name: String, settings: ServiceSettings, endpoints: [EndpointDefinition], loops: Int, seed: UInt64,
        sink: @escaping TransitionSink
    ) {
        self.name = name
        self.loops = loops
        self.sink = sink
        breaker = SharedBreaker(settings.breaker, seed: seed) { sink(name, .breaker($0)) }
        budget = Lock(RetryBudget(settings.retryBudget))
        let first = ServiceSnapshot(
            loops: loops, settings: settings, endpoints: endpoints.map { Endpoint($0, settings: settings) },
            keeping: nil)
        published = Lock(first)
        generation = Atomic(first.generation)
        views = (0..<loops).map { _ in LoopView(ServiceSnapshot(copying: first)) }
    }

    /// The settings in force.
    public var settings: ServiceSettings { snapshot.settings }

    /// The endpoints, draining ones too.
    public var endpoints: [Endpoint] { snapshot.endpoints }

    /// The state of its breaker.
    public var breakerState: BreakerState { breaker.state }

    /// Asks to send a request. The lease must be used on the same loop.
    ///
    /// - Parameters:
    ///   - loop: the number of the loop that asks.
    ///   - excluded: the endpoint that the last attempt failed at, avoided if there is another; nil for first attempts.
    ///   - random: where chance comes from.
    ///   - now: the time.
    public func acquire(
        loop: Int, excluding excluded: Endpoint? = nil, random: inout some RandomNumberGenerator, now: Instant
    ) -> Acquisition {
        let snapshot = snapshot(of: loop)
        let time = now.nanoseconds
        var permit: BreakerPermit?
        switch breaker.admit(now: time) {
        case .pass: break
        case .probe(let own): permit = own
        case .open(let retryAfter): return .refused(.open(retryAfter: retryAfter))
        }
        let turn = { self.turns.add(1, ordering: .relaxed).oldValue }
        guard let position = snapshot.choose(excluding: excluded, turn: turn, random: &random, now: time) else {
            if let permit { breaker.cancel(permit: permit) }
            return .refused(snapshot.reasonForNobody)
        }
        if excluded == nil { snapshot.counters.requests.increment(loop: loop, now: time) }
        return .lease(
            UpstreamLease(service: self, snapshot: snapshot, position: position, permit: permit, loop: loop))
    }

    /// Asks for leave to try a request again, and counts it if given.
    public func takeRetry(now: Instant) -> Bool {
        let requests = snapshot.counters.requests.count(now: now.nanoseconds)
        return budget.withLock { $0.take(requests: requests, now: now.nanoseconds) }
    }

    // MARK: Snapshots

    /// The snapshot in force, for whoever is not a loop.
    private var snapshot: ServiceSnapshot { published.withLock { $0 } }

    private func snapshot(of loop: Int) -> ServiceSnapshot {
        let view = views[loop]
        if view.snapshot.generation != generation.load(ordering: .acquiring) {
            view.snapshot = ServiceSnapshot(copying: snapshot)
        }
        return view.snapshot
    }

    /// Publishes a change of settings or endpoints.
    func change<Result>(
        _ body: (_ settings: inout ServiceSettings, _ endpoints: inout [Endpoint]) -> Result
    ) -> Result {
        published.withLock { snapshot in
            var (settings, endpoints) = (snapshot.settings, snapshot.endpoints)
            let result = body(&settings, &endpoints)
            snapshot = ServiceSnapshot(loops: loops, settings: settings, endpoints: endpoints, keeping: snapshot)
            generation.store(snapshot.generation, ordering: .releasing)
            return result
        }
    }

    /// Ejects an endpoint, unless it is the last that serves. Behind the lock, so that two cannot eject each other.
    func eject(_ endpoint: Endpoint, now: UInt64) {
        let end: UInt64? = published.withLock { snapshot in
            let others = snapshot.endpoints.contains {
                $0 !== endpoint && $0.isServing && !$0.isEjected(at: now)
            }
            guard others, !endpoint.isEjected(at: now) else { return nil }
            let end = endpoint.verdicts.withLock { $0.outliers.eject(now: now) }
            endpoint.publish(ejectedUntil: end)
            return end
        }
        if let end { sink(name, .ejected(endpoint, length: end - now)) }
    }

    /// Changes settings of the retry budget; part of `reconfigure`.
    func setBudget(_ settings: RetryBudgetSettings) {
        budget.withLock { $0.settings = settings }
    }
}
