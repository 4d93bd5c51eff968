import Bytes
public import HTTP

/// Which route takes a request: all patterns compiled into tries, one per named host.
///
/// The time of a match depends on the length of the host and path, not on the number of routes, and matching allocates
/// nothing. Precedence: a named host beats a wildcard, the longer wildcard beats the shorter, and both beat any host.
/// Then segment by segment a literal beats a parameter of a narrower type beats a wider one beats the tail. Then more
/// conditions beat fewer, then named methods beat any. A route loses only to one that takes the request too.
public struct RouteTable: Sendable {
    private let trie: RouteTrie
    private let hosts: ByteTable
    private let anyHost: Int?
    private let hasHosts: Bool
    private let longestWildcard: Int

    /// Parents of host names in the table of hosts.
    static let exactHosts: UInt32 = 0
    static let wildcardHosts: UInt32 = 1

    init(trie: RouteTrie, hosts: ByteTable, anyHost: Int?, hasHosts: Bool, longestWildcard: Int) {
        self.trie = trie
        self.hosts = hosts
        self.anyHost = anyHost
        self.hasHosts = hasHosts
        self.longestWildcard = longestWildcard
    }

    /// The route that takes a request.
    ///
    /// - Parameters:
    ///   - head: the request.
    ///   - method: the method to match as, for preflights, which ask about another one; nil for the request's own.
    public func match(_ head: borrowing RequestHead, as method: Method? = nil) -> RouteMatch {
        var walk = RouteTrie.Walk(method: method ?? head.method)
        let path = head.path
        // `OPTIONS *` is about the server, and CONNECT has no path.
        guard !path.isEmpty, path[0] == UInt8(ascii: "/") else { return .notFound }
        let first = path.count == 1 ? 1 : 0
        if hasHosts, let route = matchNamedHost(head, path: path, from: first, walk: &walk) {
            return .found(route: route, captures: walk.captures)
        }
        if let anyHost, let route = trie.match(head, path: path, from: first, at: anyHost, walk: &walk) {
            return .found(route: route, captures: walk.captures)
        }
        return walk.allow.isEmpty ? .notFound : .methodNotAllowed(allow: walk.allow)
    }

    /// Looks under the exact host, and then under the wildcards above it, the longest first.
    private func matchNamedHost(
        _ head: borrowing RequestHead, path: Span<UInt8>, from first: Int, walk: inout RouteTrie.Walk
    ) -> Int? {
        let authority = head.authority
        let host = authority.extracting(0..<Self.hostLength(authority))
        if let root = root(of: host, parent: Self.exactHosts),
            let route = trie.match(head, path: path, from: first, at: root, walk: &walk)
        {
            return route
        }
        guard longestWildcard > 0 else { return nil }
        for index in host.indices where host[index] == UInt8(ascii: ".") && index > 0 {
            let suffix = host.extracting((index + 1)...)
            if suffix.count <= longestWildcard, let root = root(of: suffix, parent: Self.wildcardHosts),
                let route = trie.match(head, path: path, from: first, at: root, walk: &walk)
            {
                return route
            }
        }
        return nil
    }

    /// The root of the trie of a host, in any case.
    private func root(of host: Span<UInt8>, parent: UInt32) -> Int? {
        guard host.count <= 253 else { return nil }
        var name = InlineArray<253, UInt8>(repeating: 0)
        var hash = ByteTable.seed(parent)
        for index in host.indices {
            name[index] = ASCII.lowercased(host[index])
            hash = ByteTable.mix(hash, name[index])
        }
        return hosts.find(name.span.extracting(0..<host.count), parent: parent, hash: hash).map { Int($0) }
    }

    /// The length of the host of an authority: without its port and without a dot at its end.
    private static func hostLength(_ authority: Span<UInt8>) -> Int {
        var end = authority.count
        var index = end
        while index > 0, ASCII.isDigit(authority[index - 1]) { index -= 1 }
        if index > 0, authority[index - 1] == UInt8(ascii: ":") { end = index - 1 }
        if end > 0, authority[end - 1] == UInt8(ascii: ".") { end -= 1 }
        return end
    }
}
