internal import Bytes
internal import Policy
internal import Reactor
internal import Telemetry

/// Gathers how every service, endpoint and process is, from any thread.
struct HealthCollector: Sendable {
    let core: GatewayCore

    func health() -> HealthInput {
        let snapshot = core.box.snapshot
        var health = core.state.health(snapshot, services: snapshot.services.map { service($0.service) })
        health.revocations = snapshot.revocations.compactMap { $0.map { revocations($0) } }
        return health
    }

    private func revocations(_ list: RevocationList) -> RevocationHealth {
        let state = list.status
        let age = state.readAt.map { max(0, Int(WallClock.systemTime - $0) / 1000) }
        return RevocationHealth(
            profile: list.profile, service: list.settings.service, count: list.view.set.count, ageSeconds: age,
            lastError: state.problem)
    }

    private func service(_ service: Service) -> ServiceHealth {
        let now = MonotonicClock.now
        let endpoints = service.endpoints.filter { !$0.isDraining }.map { endpoint in
            EndpointHealth(name: endpoint.name, state: state(of: endpoint, now: now))
        }
        let processes = core.board.processes(of: service.name).map { status in
            ProcessHealth(
                instance: status.instance, pid: status.pid.map(Int.init), restarts: status.restarts,
                lastExit: status.lastExit, lastStderr: status.lastErrors)
        }
        return ServiceHealth(
            name: service.name, endpoints: endpoints, breaker: service.breakerState, processes: processes)
    }

    private func state(of endpoint: Endpoint, now: Instant) -> EndpointHealth.State {
        switch endpoint.health {
        case .up: endpoint.isEjected(now: now) ? .ejected : .up
        case .down: .down
        case .unknown: .unknown
        }
    }
}
