import Bytes
import HTTP

@testable import Gateway

/// The precedence of routes, written down without regard to speed.
enum RouteOracle {
    enum Answer: Equatable {
        case found(Int)
        case notFound
        case methodNotAllowed(MethodSet)
    }

    /// The first by precedence of all patterns that take the request.
    static func match(_ patterns: [RoutePattern], _ head: borrowing RequestHead) -> Answer {
        var best: (route: Int, rank: [Int])?
        var allow: MethodSet = []
        for (index, pattern) in patterns.enumerated() {
            guard let rank = takes(pattern, head, MethodSet(head.method)) else {
                if takes(pattern, head, .any) != nil {
                    allow.formUnion(pattern.methods)
                    if pattern.methods.contains(.get) { allow.insert(MethodSet(.head)) }
                }
                continue
            }
            if best == nil || rank.lexicographicallyPrecedes(best!.rank) { best = (index, rank) }
        }
        if let best { return .found(best.route) }
        return allow.isEmpty ? .notFound : .methodNotAllowed(allow)
    }

    /// How well the pattern takes the request, less is better; nil when it does not.
    static func takes(_ pattern: RoutePattern, _ head: borrowing RequestHead, _ methods: MethodSet) -> [Int]? {
        let authority = head.authority.text.lowercased()
        let host = authority.split(separator: ":").first.map(String.init) ?? ""
        var hostRank: Int?
        if pattern.hosts.isEmpty { hostRank = 1000 }
        for name in pattern.hosts {
            if !name.isWildcard, name.name == host { hostRank = 0 }
            if name.isWildcard, host.hasSuffix("." + name.name) {
                hostRank = min(hostRank ?? 999, 999 - name.name.count)
            }
        }
        guard let hostRank, let path = path(pattern.path, head.path.text) else { return nil }
        let fields = fields(of: head)
        for condition in pattern.headers where !passes(condition, fields) { return nil }
        var text = ""
        if let query = head.query { text = query.text }
        let query = text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
        for condition in pattern.query where !passes(condition, query) { return nil }
        let conditions = pattern.headers + pattern.query
        let weight = conditions.reduce(0) { $0 + $1.test.weight }
        let method: Int
        if methods == .any {
            method = 0
        } else if pattern.methods.isSuperset(of: methods) {
            method = pattern.namesMethods ? 0 : 2
        } else if methods == MethodSet(.head), pattern.methods.contains(.get) {
            method = 1
        } else {
            return nil
        }
        return [hostRank] + path + [-conditions.count, -weight, method]
    }

    private static func fields(of head: borrowing RequestHead) -> [(String, String)] {
        var fields: [(String, String)] = []
        for index in 0..<head.fields.count {
            fields.append((head.fields.name(at: index).text.lowercased(), head.fields.value(at: index).text))
        }
        return fields
    }

    private static func passes(_ condition: RouteCondition, _ values: [(String, String)]) -> Bool {
        let value = values.first { $0.0 == condition.name }?.1
        switch condition.test {
        case .equals(let expected): return value == expected
        case .prefix(let prefix): return value?.hasPrefix(prefix) == true
        case .present: return value != nil
        case .absent: return value == nil
        }
    }

    /// One number per segment, less for the narrower, and one for how the path ends.
    private static func path(_ pattern: PathPattern, _ path: String) -> [Int]? {
        let parts = path == "/" ? [] : path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        var rank: [Int] = []
        for (index, segment) in pattern.segments.enumerated() {
            guard index < parts.count else {
                return index >= pattern.segments.count - pattern.optionalCount ? rank + [1] : nil
            }
            switch segment {
            case .literal(let text):
                guard text == parts[index] else { return nil }
                rank.append(0)
            case .parameter(_, let type):
                guard !parts[index].isEmpty, type.accepts(Array(parts[index].utf8).span) else { return nil }
                rank.append(1 + type.order)
            }
        }
        if pattern.hasTail { return rank + (parts.count > rank.count ? [5] : [2]) }
        return parts.count == rank.count ? rank + [0] : nil
    }
}
