import HTTP

/// Which requests a route takes: methods, hosts, a path and conditions, as `match` writes them.
public struct RoutePattern: Hashable, Sendable {
    /// The methods; all of them when none is named.
    public var methods: MethodSet
    /// The hosts; any when empty.
    public var hosts: [HostPattern]
    /// The path.
    public var path: PathPattern
    /// Header conditions, all of which must hold.
    public var headers: [RouteCondition]
    /// Query conditions, all of which must hold.
    public var query: [RouteCondition]

    /// - Parameters:
    ///   - methods: the methods taken.
    ///   - hosts: the hosts taken, any when empty.
    ///   - path: the paths taken.
    ///   - headers: conditions on header fields.
    ///   - query: conditions on query parameters.
    public init(
        methods: MethodSet = .any, hosts: [HostPattern] = [], path: PathPattern, headers: [RouteCondition] = [],
        query: [RouteCondition] = []
    ) {
        self.methods = methods
        self.hosts = hosts
        self.path = path
        self.headers = headers
        self.query = query
    }

    /// Whether methods are named.
    var namesMethods: Bool { methods != .any }
}

extension RoutePattern: CustomStringConvertible {
    /// The short form, such as `GET,POST shop.test/orders/{id?}`; conditions follow in brackets.
    public var description: String {
        let names = namesMethods ? methods.methods.map { "\($0.token)" }.joined(separator: ",") + " " : ""
        let places = hosts.isEmpty ? "\(path)" : hosts.map { "\($0)\(path)" }.joined(separator: " ")
        let conditions = headers.map { "header \($0)" } + query.map { "query \($0)" }
        return names + places + (conditions.isEmpty ? "" : " [\(conditions.joined(separator: ", "))]")
    }
}
