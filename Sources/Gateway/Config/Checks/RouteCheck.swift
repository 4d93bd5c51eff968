/// Checks the routes against each other: names are unique, and no two can tie.
struct RouteCheck {
    /// One per element of `routes`, nil for those that have errors of their own.
    let routes: [RouteDefinition?]
    let places: DraftPlaces

    func run() {
        var names: [String: Int] = [:]
        var indexes: [Int] = []
        for (index, route) in routes.enumerated() {
            guard let route else { continue }
            indexes.append(index)
            if let first = names[route.name] {
                let line = places.routes[first].line
                places.routes[index].member("name").error(
                    "the name \"\(route.name)\" is taken by routes[\(first)] in line \(line)")
            }
            names[route.name] = names[route.name] ?? index
            checkReachable(route, at: places.routes[index].member("match"))
        }
        var conflicts: [RouteConflict] = []
        _ = RouteTable(indexes.map { routes[$0]!.pattern }, conflicts: &conflicts)
        for conflict in conflicts {
            let first = indexes[conflict.first]
            let place = places.routes[indexes[conflict.second]].member("match")
            place.error(
                "both this route and \"\(routes[first]!.name)\" in line \(places.routes[first].line) match "
                    + conflict.example,
                suggestion: "make one of them narrower, by host, path, method or condition")
        }
    }

    /// Warns of routes that no request can reach.
    private func checkReachable(_ route: RouteDefinition, at place: Item) {
        let path = route.pattern.path
        if path.optionalCount == 0, !path.hasTail, ["/health", "/metrics"].contains("\(path)") {
            place.warning("this can never match: the gateway itself answers \(path)")
        }
        let isEncoded = path.segments.contains { segment in
            guard case .literal(let text) = segment else { return false }
            return text.contains("%2F") || text.contains("%5C")
        }
        if isEncoded, !route.allowsEncodedSlash {
            place.warning(
                "this can never match: paths with %2F or %5C are refused", suggestion: "set \"allowEncodedSlash\"")
        }
        if path.segments.contains(where: { if case .literal(let text) = $0 { text.contains("%00") } else { false } }) {
            place.warning("this can never match: paths with %00 are refused")
        }
    }
}

extension Item {
    /// The member `key`, or this value when there is none.
    func member(_ key: String) -> Item { self[key] ?? self }

    /// The line that the value begins in.
    var line: Int { context.line(of: node.offset) }
}
