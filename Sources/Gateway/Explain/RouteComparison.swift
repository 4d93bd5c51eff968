internal import Bytes
internal import HTTP

/// Says why a route does not take a request that another takes, or none.
struct RouteComparison {
    /// The route that takes it.
    let winner: RouteDefinition?

    /// The first thing that does not fit, in the order of precedence; nil when not even the path does.
    func reason(against pattern: RoutePattern, _ head: borrowing RequestHead, as method: Method?) -> String? {
        let path = RoutePattern(path: pattern.path)
        guard takes(path, head, method) else { return nil }
        var part = path
        part.hosts = pattern.hosts
        guard takes(part, head, method) else {
            return "the host is not \(pattern.hosts.map(\.description).joined(separator: " or "))"
        }
        part.methods = pattern.methods
        guard takes(part, head, method) else { return "the method is not \(Self.list(pattern.methods))" }
        for condition in pattern.headers {
            part = path
            part.headers = [condition]
            if !takes(part, head, method) { return "the header condition \(condition) does not hold" }
        }
        for condition in pattern.query {
            part = path
            part.query = [condition]
            if !takes(part, head, method) { return "the query condition \(condition) does not hold" }
        }
        return winner.map {
            "it fits too, but \($0.name) \(Self.advantage(of: $0.pattern, over: pattern, Self.host(of: head)))"
        } ?? "it fits"
    }

    private func takes(_ pattern: RoutePattern, _ head: borrowing RequestHead, _ method: Method?) -> Bool {
        var conflicts: [RouteConflict] = []
        if case .found = RouteTable([pattern], conflicts: &conflicts).match(head, as: method) { return true }
        return false
    }

    /// What the winner has that the other has not, in the order of precedence.
    private static func advantage(of winner: RoutePattern, over other: RoutePattern, _ host: String) -> String {
        if rank(winner, host) != rank(other, host) { return "names the host more closely" }
        if winner.path != other.path { return "has the narrower path" }
        if winner.headers != other.headers || winner.query != other.query {
            return "has the narrower conditions"
        }
        return "names the method"
    }

    /// How closely a pattern names the host: by itself, by a wildcard's length, or not at all.
    private static func rank(_ pattern: RoutePattern, _ host: String) -> Int {
        pattern.hosts.map { candidate in
            if !candidate.isWildcard { return candidate.name == host ? .max : -1 }
            return host.hasSuffix("." + candidate.name) ? candidate.name.utf8.count : -1
        }.max() ?? -1
    }

    private static func host(of head: borrowing RequestHead) -> String {
        let authority = head.authority
        let length = Authority(authority)?.hostLength ?? authority.count
        var host = authority.extracting(first: length).text.lowercased()
        if host.hasSuffix(".") { host.removeLast() }
        return host
    }

    private static func list(_ methods: MethodSet) -> String {
        methods.methods.map { "\($0.token)" }.joined(separator: " or ")
    }
}
