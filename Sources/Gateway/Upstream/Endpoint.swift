public import Bytes
import HTTP
public import Policy
public import Reactor
import Synchronization
import Transport

/// One server of a service and all that is known of it. All loops share it; it outlives reloads that keep it.
///
/// What requests read and write are single words. Verdicts, which change them, are made behind a lock, and only
/// failures and check results get there.
public final class Endpoint: Sendable {
    /// What logs and metrics call it.
    public let name: String
    /// Where it listens.
    public let address: SocketAddress
    /// How it is verified; nil when it does not speak TLS.
    public let security: EndpointSecurity?
    /// Whether it is spoken to in HTTP/2.
    public let usesHTTP2: Bool
    /// A number that no other endpoint of this process ever has: pools of connections go by it.
    public let poolKey: Int

    private static let poolKeys = Atomic<Int>(0)

    struct Verdicts: Sendable {
        var health: HealthThresholds
        var outliers: OutlierDetector
        /// Why the last check did not pass.
        var problem: String?
    }

    let verdicts: Lock<Verdicts>
    private let weightWord: Atomic<Int>
    private let maxStreamsWord: Atomic<Int>
    private let inFlightWord = Atomic<Int>(0)
    private let latencyWord = Atomic<UInt64>(0)
    private let latencyTime = Atomic<UInt64>(0)
    private let stateWord: Atomic<UInt8>
    private let ejectedUntilWord = Atomic<UInt64>(0)
    private let warmsSince = Atomic<UInt64>(0)
    private let draining = Atomic<Bool>(false)
    private let awaited = Atomic<Bool>(false)
    /// Whether its last outcome was a failure: a success then ends the row.
    private let failing = Atomic<Bool>(false)

    init(_ definition: EndpointDefinition, settings: ServiceSettings) {
        name = definition.name
        address = definition.address
        security = definition.security
        usesHTTP2 = definition.usesHTTP2
        poolKey = Self.poolKeys.add(1, ordering: .relaxed).newValue
        let state = settings.health.isEnabled ? HealthState.unknown : .up
        let health = HealthThresholds(fall: settings.health.fall, rise: settings.health.rise, state: state)
        verdicts = Lock(Verdicts(health: health, outliers: OutlierDetector(settings.outliers)))
        weightWord = Atomic(definition.weight)
        maxStreamsWord = Atomic(settings.maxStreams)
        stateWord = Atomic(state.rawValue)
    }

    /// Its share of the requests; zero for none.
    public var weight: Int { weightWord.load(ordering: .relaxed) }

    /// Whether it speaks TLS.
    public var usesTLS: Bool { security != nil }

    /// What a pool needs to know to connect to it.
    var target: UpstreamTarget {
        UpstreamTarget(
            key: poolKey, address: address, tls: security?.identity.context, serverName: security?.serverName,
            version: usesHTTP2 ? .http2 : .http11, streamLimit: maxStreams)
    }

    /// Requests that it is working on.
    public var inFlight: Int { inFlightWord.load(ordering: .relaxed) }

    /// What active checks say of it.
    public var health: HealthState { HealthState(rawValue: stateWord.load(ordering: .relaxed)) ?? .unknown }

    /// Why it did not pass its last check; nil when it did.
    public var problem: String? { verdicts.withLock { $0.problem } }

    /// Whether it gets no new requests because it is about to go.
    public var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// Whether it is ejected because of what requests to it met.
    public func isEjected(now: Instant) -> Bool { isEjected(at: now.nanoseconds) }

    /// Its average latency, faded since the last answer; zero when nothing is known.
    public func latency(now: Instant) -> Nanoseconds { average.current(now: now.nanoseconds) }

    /// Whether its process has been started for the first time and does not listen yet: no check that fails says more.
    var isAwaited: Bool {
        get { awaited.load(ordering: .relaxed) }
        set { awaited.store(newValue, ordering: .relaxed) }
    }

    /// Gives it no new requests.
    public func drain() { draining.store(true, ordering: .relaxed) }

    /// Gives it requests again.
    public func resume() { draining.store(false, ordering: .relaxed) }

    // MARK: What the service does with it

    func isEjected(at now: UInt64) -> Bool { now < ejectedUntilWord.load(ordering: .relaxed) }

    /// Whether it gets requests as far as checks and operators say: ejections and limits aside.
    var isServing: Bool { health == .up && !isDraining && weight > 0 }

    /// Whether it gets requests, and the last one did not fail.
    func isWorking(at now: UInt64) -> Bool {
        isServing && !isEjected(at: now) && !failing.load(ordering: .relaxed)
    }

    func load(now: UInt64) -> EndpointLoad {
        EndpointLoad(inFlight: inFlight, latency: average.current(now: now))
    }

    /// The share of its weight that it gets while it warms up, in 1/256.
    func share(now: UInt64, slowStart: Nanoseconds) -> UInt64 {
        let back = ejectedUntilWord.load(ordering: .relaxed)
        let since = max(warmsSince.load(ordering: .relaxed), back <= now ? back : 0)
        return SlowStart.share(since: since, now: now, duration: slowStart)
    }

    /// Counts one more request in flight, unless that were more than `limit`.
    func enter(limit: Int?) -> Bool {
        let count = inFlightWord.add(1, ordering: .relaxed).newValue
        guard let limit, count > limit else { return true }
        leave()
        return false
    }

    func leave() { inFlightWord.subtract(1, ordering: .relaxed) }

    func setWeight(_ weight: Int) { weightWord.store(weight, ordering: .relaxed) }

    /// The most requests at once on one HTTP/2 connection to it.
    var maxStreams: Int {
        get { maxStreamsWord.load(ordering: .relaxed) }
        set { maxStreamsWord.store(newValue, ordering: .relaxed) }
    }

    func publish(_ state: HealthState) { stateWord.store(state.rawValue, ordering: .relaxed) }

    func publish(ejectedUntil end: UInt64) { ejectedUntilWord.store(end, ordering: .relaxed) }

    /// Starts to warm up, or counts as warm at once.
    func warm(since: UInt64) { warmsSince.store(since, ordering: .relaxed) }

    /// Takes note of an answer. Loops that do so at once may lose a sample of the average.
    func succeed(latency: Nanoseconds, now: UInt64) {
        observe(latency: latency, now: now)
        if failing.load(ordering: .relaxed) { failing.store(false, ordering: .relaxed) }
    }

    func observe(latency: Nanoseconds, now: UInt64) {
        var average = average
        average.add(latency, now: now)
        latencyWord.store(average.value, ordering: .relaxed)
        latencyTime.store(average.updated, ordering: .relaxed)
    }

    /// Takes note of a failure.
    ///
    /// - Returns: whether it should be ejected.
    func fail(successes: (_ since: UInt64) -> Int, now: UInt64) -> Bool {
        verdicts.withLock { verdicts in
            if !failing.exchange(true, ordering: .relaxed) { verdicts.outliers.endStreak() }
            let since = verdicts.outliers.countsFrom
            return verdicts.outliers.recordFailure(successes: successes(since), now: now)
        }
    }

    private var average: ExponentialMovingAverage {
        ExponentialMovingAverage(
            value: latencyWord.load(ordering: .relaxed), updated: latencyTime.load(ordering: .relaxed))
    }
}
