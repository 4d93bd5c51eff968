internal import Bytes
internal import Policy
internal import Reactor
internal import Transport

/// Active health checks of one service: each endpoint is probed by a task of its own, at once when it appears, then at the
/// service's interval with jitter, and faster while it is down.
///
/// Runs on one loop. A check that hangs ends with its timeout; whatever else the endpoint does, a check ends as passed or
/// failed.
final class HealthChecker {
    private let loop: EventLoop
    private let service: Service
    private let pool: ConnectionPool
    private var probes: [Int: Probe] = [:]
    private let random: () -> UInt64
    private var isStopped = false

    /// One endpoint's task.
    private final class Probe {
        let endpoint: Endpoint
        let pause: Sleeper
        let startedAt: Instant
        var isStopped = false

        init(_ endpoint: Endpoint, loop: EventLoop) {
            self.endpoint = endpoint
            pause = Sleeper(loop: loop)
            startedAt = loop.now
        }
    }

    init(
        _ service: Service, pool: ConnectionPool, loop: EventLoop, random: @escaping () -> UInt64
    ) {
        self.service = service
        self.pool = pool
        self.loop = loop
        self.random = random
    }

    /// Starts probes of endpoints that are new and stops those of endpoints that are gone. Called at every change, and
    /// about once a second for endpoints that come with processes.
    func update() {
        guard !isStopped else { return }
        let endpoints = service.endpoints
        for (key, probe) in probes where !endpoints.contains(where: { $0.poolKey == key }) {
            stop(probe)
            probes[key] = nil
        }
        guard service.settings.health.isEnabled else {
            for probe in probes.values { stop(probe) }
            probes = [:]
            return
        }
        for endpoint in endpoints where probes[endpoint.poolKey] == nil {
            let probe = Probe(endpoint, loop: loop)
            probes[endpoint.poolKey] = probe
            loop.spawn(with: (self, probe)) { checker, probe in await checker.run(probe) }
        }
    }

    /// Probes an endpoint now, because there is reason to think that its state has changed.
    func hurry() {
        for probe in probes.values where probe.endpoint.health != .up { probe.pause.wake() }
    }

    /// Ends all probes.
    func stop() {
        isStopped = true
        for probe in probes.values { stop(probe) }
        probes = [:]
    }

    private func stop(_ probe: Probe) {
        probe.isStopped = true
        probe.pause.wake()
    }

    private func run(_ probe: Probe) async {
        while !probe.isStopped {
            let settings = service.settings.health
            let check = HealthCheck(
                endpoint: probe.endpoint, settings: settings, pool: pool, deadline: loop.now + settings.timeout)
            let result = await check.run()
            if probe.isStopped { return }
            switch result {
            case .passed: service.recordActiveCheck(probe.endpoint, passed: true, now: loop.now)
            case .failed(let problem) where !isExpected(probe):
                service.recordActiveCheck(probe.endpoint, passed: false, problem: problem, now: loop.now)
            case .failed, .meaningless: break
            }
            let interval = probe.endpoint.health == .up ? settings.interval : settings.downInterval
            _ = await probe.pause.sleep(until: loop.now + jittered(interval, by: settings.jitter))
        }
    }

    /// Whether a failed check is no news: the endpoint's process is only just starting. Requests wait for it meanwhile.
    private func isExpected(_ probe: Probe) -> Bool {
        probe.endpoint.isAwaited && loop.now - probe.startedAt < Self.longestStart
    }

    /// How long a process may take to listen before its endpoint counts as down.
    private static let longestStart: Nanoseconds = 10_000_000_000

    private func jittered(_ interval: Nanoseconds, by share: Double) -> Nanoseconds {
        let unit = Double(random() >> 11) / Double(UInt64(1) << 53)
        return Nanoseconds(Double(interval) * (1 - share + 2 * share * unit))
    }
}
