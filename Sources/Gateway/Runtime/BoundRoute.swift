internal import Bytes
internal import Policy

/// A service as a snapshot of the configuration sees it: the state that outlives reloads, and what this configuration says
/// about reaching it.
final class BoundService: Sendable {
    let service: Service
    /// The name, for logs.
    let name: [UInt8]
    let settings: ServiceSettings
    /// How long requests wait for the first check's result.
    let firstResultWait: Nanoseconds
    let metrics: ServiceMetrics

    init(service: Service, settings: ServiceSettings, metrics: ServiceMetrics) {
        self.service = service
        name = Array(service.name.utf8)
        self.settings = settings
        firstResultWait = settings.health.firstResultWait
        self.metrics = metrics
    }
}

/// A route with everything that it needs at hand: its services, limits and series.
final class BoundRoute: Sendable {
    let route: Route
    /// Where its requests go.
    let targets: [Target]
    let limits: [RateLimit]
    /// Series of answers that no service gave.
    let ownMetrics: RouteMetrics
    let bodyLimit: UInt64
    /// How often a request is tried again.
    let retries: Int
    /// The time for a request, and for each try.
    let total: Nanoseconds
    let perTry: Nanoseconds

    /// One service of the route.
    struct Target: Sendable {
        /// The service's index in the configuration.
        let index: Int
        let service: BoundService
        let metrics: RouteMetrics
    }

    init(_ route: Route, services: [BoundService], metrics: GatewayMetrics) {
        self.route = route
        limits = route.definition.rateLimits.map { RateLimit($0, scope: route.definition.name) }
        bodyLimit = UInt64(route.definition.bodyLimit)
        retries = route.definition.retry.count
        total = route.definition.timeouts.total
        perTry = route.definition.timeouts.perTry(retries: retries)
        ownMetrics = metrics.route(route.definition.name, service: "")
        var targets: [Target] = []
        if case .forward(let weighted) = route.definition.action {
            targets = weighted.map { target in
                Target(
                    index: target.service, service: services[target.service],
                    metrics: metrics.route(route.definition.name, service: target.name))
            }
        }
        self.targets = targets
    }

    /// The place in `targets` of a service's index.
    func target(of service: Int) -> Int {
        if targets.count == 1 { return 0 }
        return targets.firstIndex { $0.index == service } ?? 0
    }
}
