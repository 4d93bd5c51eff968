import Policy

/// A configuration while it is read: complete only when its context has no errors.
struct ConfigurationDraft {
    var listen = ListenSettings()
    var log = LogSettings()
    var trustedProxies: [AddressRange] = []
    var adminAllow = AddressRange.loopback
    var stateDirectory: String
    var tokenProfiles: [TokenProfile] = []
    var limits = Limits()
    var timeouts = Timeouts()
    var services: [ServiceDefinition] = []
    var routes: [RouteDefinition] = []
    var internalRoutes: [RouteDefinition] = []
    var openAPI: OpenAPISettings? = OpenAPISettings()
    var tests: [RouteTest] = []

    /// Reads the document and checks it as a whole; nil when it is no object at all.
    init?(_ root: Item) {
        stateDirectory = root.context.resolve(path: "var")
        guard let object = root.object(Keys.root) else { return nil }
        let places = DraftPlaces(object)
        listen.tls.certificate = CertificateFiles(
            certificate: root.context.resolve(path: listen.tls.certificate.certificate),
            key: root.context.resolve(path: listen.tls.certificate.key))
        object.read("listen", into: &listen) { $0.listen() }
        object.read("log", into: &log) { $0.log() }
        object.read("trustedProxies", into: &trustedProxies) { $0.addressRanges() }
        object.read("admin", into: &adminAllow) { $0.admin() }
        object.read("stateDir", into: &stateDirectory) { $0.filePath() }
        object.read("openapi", into: &openAPI) { $0.openAPI() }
        object.read("limits", into: &limits) { $0.limits() }
        object.read("timeouts", into: &timeouts) { $0.timeouts() }

        let references = References(services: places.services.map(\.key), profiles: places.profiles.map(\.key))
        tokenProfiles = Self.named(places.profiles, "jwt") {
            $0.tokenProfile(named: $1, references: references)
        }

        var service = ServiceSettings()
        var route = RouteDefinition(
            name: "", pattern: RoutePattern(path: PathPattern(segments: [])), action: .forward([]))
        if !references.profiles.isEmpty {
            route.auth.mode = .required
            route.auth.profiles = Array(references.profiles.indices)
        }
        if let item = object["defaults"], let defaults = item.object(Keys.defaults) {
            item.readRouteSettings(defaults, into: &route, references: references)
            item.readServiceSettings(defaults, into: &service)
        }
        if object["limits"]?.node["shield"] == nil { limits.shield = route.rateLimits.first { $0.key == .ip } }

        services = Self.named(places.services, "service") { $0.service(named: $1, defaults: service) }
        let found = places.routes.map { $0.route(defaults: route, references: references) }
        routes = found.compactMap(\.self)
        tests = places.tests.compactMap { $0.routeTest() }
        if places.listen?["internal"] == nil, services.contains(where: \.isSupervised) {
            listen.internal = .unix(path: "\(ProcessSurroundings.socketDirectory(in: stateDirectory))/internal.sock")
        }
        if listen.internal != nil { internalRoutes = InternalRoutes.make(to: services, defaults: route) }
        ListenerCheck(draft: self, places: places, root: root).run()
        InternalCheck(draft: self, places: places, root: root).run()
        RouteCheck(routes: found, places: places).run()
        UsageCheck(draft: self, places: places).run()
        // Expectations mean something only about routes that are all there.
        if !root.context.hasErrors { RouteTestCheck(draft: self, places: places.tests).run() }
    }

    /// What the document of the API says; nil when nobody has anything for it.
    var publishedOpenAPI: OpenAPISettings? { services.contains { $0.hasOpenAPI } ? openAPI : nil }

    private static func named<Value>(_ entries: [Entry], _ what: String, _ read: (Item, String) -> Value?) -> [Value] {
        entries.compactMap { entry in
            if let problem = Names.problem(with: entry.key, what: what) { entry.keyError(problem) }
            return read(entry.item, entry.key)
        }
    }
}

/// Where the parts of a draft stand in the document.
struct DraftPlaces {
    let listen: Item?
    let services: [Entry]
    let profiles: [Entry]
    let routes: [Item]
    let tests: [Item]

    init(_ root: ObjectItem) {
        listen = root["listen"]
        services = root["services"]?.entries() ?? []
        profiles = root["jwt"]?.entries() ?? []
        routes = root["routes"]?.elements() ?? []
        tests = root["tests"]?.elements() ?? []
        if root["routes"] == nil { root.item.error("\"routes\" is missing") }
    }
}

extension Item {
    /// The member `key`, when this is an object that has it.
    subscript(key: String) -> Item? {
        node[key].map { Item(node: $0, path: .key(key, of: path), context: context) }
    }
}
