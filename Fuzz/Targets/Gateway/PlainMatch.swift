import Bytes
import Gateway
import HTTP

/// How one pattern takes a request: the rule of precedence written down without regard to speed.
struct PlainMatch {
    /// Less is better, the first difference decides: the host, each segment, how the path ends.
    private var place: [Int]
    /// Less is better; nil when only the method does not fit.
    let method: Int?
    /// What the parameters and the tail take.
    private(set) var captures: [String] = []

    /// Nil when the host or the path is another.
    init?(_ pattern: RoutePattern, _ head: borrowing RequestHead) {
        let path = head.path.text
        guard path.hasPrefix("/"), let host = Self.rank(pattern.hosts, head.authority.text.lowercased()) else {
            return nil
        }
        place = [host]
        let methods = pattern.methods
        switch head.method {
        case _ where methods == .any: method = 2
        case let method where methods.contains(method): self.method = 0
        case .head where methods.contains(.get): method = 1
        default: method = nil
        }
        guard take(path, pattern.path) else { return nil }
    }

    /// Whether this one is chosen before `other`.
    func precedes(_ other: PlainMatch) -> Bool {
        (place + [method ?? 3]).lexicographicallyPrecedes(other.place + [other.method ?? 3])
    }

    /// The best of the hosts that fit; nil when none does.
    private static func rank(_ hosts: [HostPattern], _ authority: String) -> Int? {
        var host = authority
        if let colon = host.lastIndex(of: ":"), host[colon...].dropFirst().allSatisfy({ "0123456789".contains($0) }) {
            host = String(host[..<colon])
        }
        if host.hasSuffix(".") { host.removeLast() }
        if hosts.isEmpty { return 1000 }
        return hosts.compactMap { pattern in
            guard pattern.isWildcard else { return pattern.name == host ? 0 : nil }
            let fits = host.hasSuffix("." + pattern.name) && host.utf8.count > pattern.name.utf8.count + 1
            return fits ? 999 - pattern.name.utf8.count : nil
        }.min()
    }

    /// Walks along the path, one number per segment and one for its end; false when it is another path.
    private mutating func take(_ path: String, _ pattern: PathPattern) -> Bool {
        let parts = path == "/" ? [] : path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let required = pattern.segments.count - pattern.optionalCount
        for (index, segment) in pattern.segments.enumerated() {
            guard index < parts.count else {
                place.append(1)
                return index >= required
            }
            switch segment {
            case .literal(let text):
                guard text == parts[index] else { return false }
                place.append(0)
            case .parameter(_, let type):
                guard Self.is(parts[index], of: type) else { return false }
                place.append(1 + SegmentType.allCases.firstIndex(of: type)!)
                captures.append(String(parts[index]))
            }
        }
        let rest = parts.dropFirst(pattern.segments.count)
        guard pattern.hasTail else {
            place.append(0)
            return rest.isEmpty
        }
        place.append(rest.isEmpty ? 2 : 5)
        if !rest.isEmpty { captures.append(rest.joined(separator: "/")) }
        return true
    }

    private static func `is`(_ text: Substring, of type: SegmentType) -> Bool {
        guard !text.isEmpty else { return false }
        switch type {
        case .any: return true
        case .int: return text.wholeMatch(of: /[0-9]+/) != nil
        case .slug: return text.wholeMatch(of: /[0-9A-Za-z_\-]+/) != nil
        case .uuid:
            return text.utf8.count == 36
                && text.wholeMatch(of: /[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}/) != nil
        }
    }
}
