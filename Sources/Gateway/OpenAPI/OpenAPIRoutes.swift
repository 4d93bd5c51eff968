internal import Bytes
internal import HTTP

/// Where an operation of a service is found from outside. The route table itself is asked, with samples: what it does not
/// send to the service is not there.
struct OpenAPIRoutes {
    let table: RouteTable
    let routes: [Route]

    /// An operation as clients see it.
    struct Place {
        /// The path, with the parameters of the service's own.
        let path: String
        let route: Route
    }

    /// Where clients find an operation.
    ///
    /// - Parameters:
    ///   - method: of the operation, in upper case.
    ///   - template: its path at the service, such as `/orders/{id}`.
    ///   - service: the service's index.
    ///   - values: values that each of its parameters may have; one of them is enough.
    func places(
        of method: String, _ template: String, at service: Int, values: (String) -> [String]
    ) -> [Place] {
        var places: [Place] = []
        for route in routes where route.forwards(to: service) {
            for path in publicPaths(of: template, through: route) where !places.contains(where: { $0.path == path }) {
                let isSent = (0..<Self.samples).contains { number in
                    func sample(_ template: String) -> String {
                        PathTemplate.fill(template) { name in
                            let values = values(name)
                            return values[number % values.count]
                        }
                    }
                    return sends(method, sample(path), to: sample(template), through: route)
                }
                if isSent { places.append(Place(path: path, route: route)) }
            }
        }
        return places
    }

    /// With how many values parameters are tried.
    private static let samples = 3

    /// The paths that a route may turn into this one.
    private func publicPaths(of template: String, through route: Route) -> [String] {
        switch route.definition.rewrite {
        case .none: [template]
        case .strip(let prefix): template == "/" ? [prefix, prefix + "/"] : [prefix + template]
        case .template(let text):
            PathTemplate.undo(text, of: route.definition.pattern.path, from: template).map { [$0] } ?? []
        }
    }

    /// Whether a request for `path` takes this route, and arrives as `expected`.
    private func sends(_ method: String, _ path: String, to expected: String, through route: Route) -> Bool {
        let pattern = route.definition.pattern
        let host = pattern.hosts.first.map { $0.isWildcard ? "www.\($0.name)" : $0.name } ?? "localhost"
        let query = pattern.query.compactMap { condition in
            condition.test.example.map { "\(condition.name)=\($0)" }
        }
        let fields = pattern.headers.compactMap { condition in
            condition.test.example.map { HeaderField(name: condition.name, value: ConfiguredText(value: $0)) }
        }
        let target = "\(host)\(path)" + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        guard let sample = SampleRequest("\(method) https://\(target)") else { return false }
        var head = RequestHead()
        do { try sample.fill(&head, headers: fields, allowsEncodedSlashes: true) } catch { return false }
        guard case .found(route.index, let captures) = table.match(head) else { return false }
        var arrived = ByteBuffer()
        route.rewrite.write(path: head.path, query: nil, captures: captures, into: &arrived)
        // A rewriting may add a query.
        return arrived.readable.array.prefix { $0 != UInt8(ascii: "?") } == ArraySlice(expected.utf8)
    }
}

extension Route {
    /// Whether a service gets requests of the route.
    fileprivate func forwards(to service: Int) -> Bool {
        guard case .forward(let services) = definition.action else { return false }
        return services.contains { $0.service == service && $0.weight > 0 }
    }
}
