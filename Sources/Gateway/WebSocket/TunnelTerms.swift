/// What a WebSocket was opened under. It lasts for as long as the configuration in force says the same.
struct TunnelTerms {
    /// The configuration of which that is known.
    private(set) var generation: UInt64
    private let route: RouteDefinition
    private let profiles: [String]

    init(_ route: RouteDefinition, in snapshot: Snapshot) {
        generation = snapshot.generation
        (self.route, profiles) = Self.identity(of: route, in: snapshot.configuration)
    }

    /// Whether they hold in another configuration too.
    mutating func hold(in snapshot: Snapshot) -> Bool {
        if snapshot.generation == generation { return true }
        generation = snapshot.generation
        let configuration = snapshot.configuration
        let routes = route.name == InternalRoutes.name ? configuration.internalRoutes : configuration.routes
        let now = routes.first { $0.name == route.name && $0.pattern == route.pattern }
        guard let now else { return false }
        return Self.identity(of: now, in: configuration) == (route, profiles)
    }

    /// A route without the places that its services and profiles have in the file: those change with the file around it.
    private static func identity(
        of route: RouteDefinition, in configuration: Configuration
    ) -> (RouteDefinition, [String]) {
        var own = route
        own.auth.profiles = []
        if case .forward(let services) = route.action {
            own.action = .forward(services.map { WeightedService(service: 0, name: $0.name, weight: $0.weight) })
        }
        return (own, route.auth.profiles.map { configuration.tokenProfiles[$0].name })
    }
}
