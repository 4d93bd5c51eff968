import Bytes
import HTTP

/// Two routes that take the same request with the same precedence, which nothing could decide between.
public struct RouteConflict: Equatable, Sendable {
    /// Index of the route that comes first in the file.
    public let first: Int
    /// Index of the other one.
    public let second: Int
    /// A request that both would take, such as `GET shop.test/orders/1`.
    public let example: String
}

extension RouteTable {
    /// Compiles patterns; their indexes are those that matches answer with.
    ///
    /// - Parameter conflicts: gets every pair of routes that can tie; the table is usable only when there is none.
    public init(_ patterns: [RoutePattern], conflicts: inout [RouteConflict]) {
        var builder = RouteTableBuilder(patterns)
        for index in patterns.indices { builder.insert(index) }
        conflicts = builder.finish()
        self = builder.makeTable()
    }
}

/// Inserts patterns into tries, one way of matching at a time, and finds those that tie.
struct RouteTableBuilder {
    /// One way for one route to end at a node.
    private struct Ending {
        let candidate: RouteTrie.Candidate
        let host: HostPattern?
        /// The segments up to the node.
        let segments: ArraySlice<PathPattern.Segment>
    }

    private let patterns: [RoutePattern]
    private var trie = RouteTrie()
    private var hosts = ByteTable()
    private var roots: [HostPattern: UInt32] = [:]
    private var anyHost: UInt32?
    private var ends: [[Ending]] = [[]]
    private var tails: [[Ending]] = [[]]

    init(_ patterns: [RoutePattern]) {
        self.patterns = patterns
    }

    /// Inserts every way in which a route can match.
    mutating func insert(_ route: Int) {
        let pattern = patterns[route]
        if pattern.hosts.isEmpty {
            let root = anyHost ?? makeNode()
            anyHost = root
            insert(route, pattern, host: nil, at: root)
        }
        for host in Set(pattern.hosts) {
            insert(route, pattern, host: host, at: root(of: host))
        }
    }

    private mutating func root(of host: HostPattern) -> UInt32 {
        if let root = roots[host] { return root }
        let root = makeNode()
        roots[host] = root
        let parent = host.isWildcard ? RouteTable.wildcardHosts : RouteTable.exactHosts
        hosts.insert(Array(host.name.utf8).span, parent: parent, value: root)
        return root
    }

    private mutating func makeNode() -> UInt32 {
        ends.append([])
        tails.append([])
        return trie.makeNode()
    }

    private mutating func insert(_ route: Int, _ pattern: RoutePattern, host: HostPattern?, at root: UInt32) {
        let segments = pattern.path.segments
        let required = segments.count - pattern.path.optionalCount
        var node = root
        for count in 0...segments.count {
            if count > 0 { node = child(of: node, for: segments[count - 1]) }
            guard count >= required else { continue }
            let end: CandidateRank.End =
                count < segments.count ? .optional : pattern.path.hasTail ? .tail : .exact
            for candidate in candidates(route, pattern, end: end) {
                let ending = Ending(candidate: candidate, host: host, segments: segments[..<count])
                ends[Int(node)].append(ending)
                if end == .tail { tails[Int(node)].append(ending) }
            }
        }
    }

    private mutating func child(of node: UInt32, for segment: PathPattern.Segment) -> UInt32 {
        switch segment {
        case .literal(let text):
            let bytes = Array(text.utf8)
            if let child = trie.literals.find(bytes.span, parent: node) { return child }
            let child = makeNode()
            trie.literals.insert(bytes.span, parent: node, value: child)
            return child
        case .parameter(_, let type):
            let known = trie.nodes[Int(node)].parameters[type.order]
            if known != 0 { return known }
            let child = makeNode()
            trie.nodes[Int(node)].parameters[type.order] = child
            trie.nodes[Int(node)].hasParameters = true
            return child
        }
    }

    private func candidates(
        _ route: Int, _ pattern: RoutePattern, end: CandidateRank.End
    ) -> [RouteTrie.Candidate] {
        let conditions = pattern.headers + pattern.query
        let compiled = CompiledConditions(pattern)
        func candidate(_ methods: MethodSet, _ kind: CandidateRank.Methods) -> RouteTrie.Candidate {
            let rank = CandidateRank(
                end: end, conditions: conditions.count, conditionWeight: conditions.reduce(0) { $0 + $1.test.weight },
                methods: kind)
            return RouteTrie.Candidate(route: route, methods: methods, rank: rank, conditions: compiled)
        }
        guard pattern.namesMethods else { return [candidate(.any, .any)] }
        let named = candidate(pattern.methods, .named)
        guard pattern.methods.contains(.get), !pattern.methods.contains(.head) else { return [named] }
        return [named, candidate(MethodSet(.head), .implied)]
    }

    /// Sorts the candidates of every node and returns the pairs that tie.
    mutating func finish() -> [RouteConflict] {
        var conflicts: [RouteConflict] = []
        var seen: Set<[Int]> = []
        for node in ends.indices {
            ends[node].sort { ($0.candidate.rank, $0.candidate.route) < ($1.candidate.rank, $1.candidate.route) }
            tails[node].sort { ($0.candidate.rank, $0.candidate.route) < ($1.candidate.rank, $1.candidate.route) }
            for (index, later) in ends[node].enumerated() {
                var previous = index - 1
                while previous >= 0, ends[node][previous].candidate.rank == later.candidate.rank {
                    let earlier = ends[node][previous]
                    previous -= 1
                    guard let example = tie(earlier, later) else { continue }
                    let pair = [earlier.candidate.route, later.candidate.route]
                    guard pair[0] != pair[1], seen.insert(pair).inserted else { continue }
                    conflicts.append(RouteConflict(first: pair[0], second: pair[1], example: example))
                }
            }
        }
        return conflicts.sorted { ($0.second, $0.first) < ($1.second, $1.first) }
    }

    /// The finished table.
    func makeTable() -> RouteTable {
        var trie = trie
        for node in ends.indices {
            let first = trie.candidates.count
            trie.candidates += ends[node].map(\.candidate)
            let middle = trie.candidates.count
            trie.candidates += tails[node].map(\.candidate)
            trie.nodes[node].ends = first..<middle
            trie.nodes[node].tails = middle..<trie.candidates.count
        }
        let wildcards = roots.keys.filter(\.isWildcard)
        return RouteTable(
            trie: trie, hosts: hosts, anyHost: anyHost.map { Int($0) }, hasHosts: !roots.isEmpty,
            longestWildcard: wildcards.map(\.name.utf8.count).max() ?? 0)
    }

    /// The most slots that finding any literal looks at.
    var longestProbe: Int { trie.literals.longestProbe }

    /// A request that both take, nil when there is none.
    private func tie(_ left: Ending, _ right: Ending) -> String? {
        let methods = left.candidate.methods.intersection(right.candidate.methods)
        guard let method = methods.methods.first(where: { $0 != .other }) else { return nil }
        let pair = [patterns[left.candidate.route], patterns[right.candidate.route]]
        guard let headers = RouteExample.joined(pair[0].headers, pair[1].headers),
            let query = RouteExample.joined(pair[0].query, pair[1].query)
        else { return nil }
        return RouteExample.text(
            method: method, host: left.host, segments: left.segments, headers: headers, query: query)
    }
}
