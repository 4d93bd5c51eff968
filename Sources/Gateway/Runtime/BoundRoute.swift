internal import Policy
internal import TLS

/// A service as a snapshot of the configuration sees it: the state that outlives reloads, and what this configuration says
/// about reaching it.
final class BoundService: Sendable {
    let service: Service
    /// The name, for logs.
    let name: [UInt8]
    let settings: ServiceSettings
    /// How `https` endpoints are verified; nil when there are none.
    let tls: TLSClientContext?
    let metrics: ServiceMetrics

    init(service: Service, settings: ServiceSettings, tls: TLSClientContext?, metrics: ServiceMetrics) {
        self.service = service
        name = Array(service.name.utf8)
        self.settings = settings
        self.tls = tls
        self.metrics = metrics
    }
}

/// A route with everything that it needs at hand: its services, limits and series.
final class BoundRoute: Sendable {
    let route: Route
    /// Its services, by their index in the configuration.
    let services: [Int: BoundService]
    let limits: [RateLimit]
    /// Series by the index of the service; under -1 for answers that no service gave.
    let metrics: [Int: RouteMetrics]
    let bodyLimit: UInt64

    init(_ route: Route, services: [BoundService], metrics: GatewayMetrics) {
        self.route = route
        limits = route.definition.rateLimits.map { RateLimit($0, scope: route.definition.name) }
        bodyLimit = UInt64(route.definition.bodyLimit)
        var bound: [Int: BoundService] = [:]
        var series = [-1: metrics.route(route.definition.name, service: "")]
        if case .forward(let weighted) = route.definition.action {
            for target in weighted {
                bound[target.service] = services[target.service]
                series[target.service] = metrics.route(route.definition.name, service: target.name)
            }
        }
        self.services = bound
        self.metrics = series
    }
}
