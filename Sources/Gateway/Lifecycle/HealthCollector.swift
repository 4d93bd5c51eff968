internal import Bytes
internal import Policy
internal import Reactor

/// Gathers how every service, endpoint and process is, from any thread.
struct HealthCollector: Sendable {
    let core: GatewayCore

    func health() -> HealthInput {
        let snapshot = core.box.snapshot
        return core.state.health(snapshot, services: snapshot.services.map { service($0.service) })
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
