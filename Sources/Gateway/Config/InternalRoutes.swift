/// The routes between services: whoever reaches the internal listener asks the service NAME as `NAME.internal`.
///
/// They have what the file's `defaults` say of time, tries and size, and none of the rules for strangers: no limits, no
/// cross-origin rules, and no tokens, because services check those themselves.
enum InternalRoutes {
    /// What logs and metrics call all of them.
    static let name = "internal"

    /// The host that stands for a service; nil when its name cannot be part of one.
    static func host(of service: String) -> HostPattern? { try? HostPattern("\(service).internal") }

    /// One route to each service that can be asked by name; of those that differ only in case, to the first.
    static func make(to services: [ServiceDefinition], defaults: RouteDefinition) -> [RouteDefinition] {
        var hosts: Set<HostPattern> = []
        return services.enumerated().compactMap { index, service in
            guard let host = host(of: service.name), hosts.insert(host).inserted else { return nil }
            var route = RouteDefinition(
                name: name,
                pattern: RoutePattern(hosts: [host], path: PathPattern(segments: [], hasTail: true)),
                action: .forward([WeightedService(service: index, name: service.name, weight: 1)]))
            route.timeouts = defaults.timeouts
            route.retry = defaults.retry
            route.bodyLimit = defaults.bodyLimit
            // The path is the service's own affair.
            route.allowsEncodedSlash = true
            return route
        }
    }
}
