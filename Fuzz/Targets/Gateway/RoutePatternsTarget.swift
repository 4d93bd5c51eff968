import Bytes
import Gateway
import HTTP

/// Path patterns and the table of routes: a pattern is what it says it is, and the table answers as a search through all
/// patterns does.
///
/// The first line is a request, such as `GET a.test/b/c`; each of the others is a pattern, such as `GET,POST a.test/{b}`.
func checkRoutePatterns(_ input: Span<UInt8>) throws(Violation) {
    let lines = input.text.split(separator: "\n", omittingEmptySubsequences: false).prefix(9)
    guard let first = lines.first, let head = request(first) else { return }
    var patterns = lines.dropFirst().compactMap(pattern)
    for pattern in patterns { try checkSpelling(pattern.path) }

    var conflicts: [RouteConflict] = []
    _ = RouteTable(patterns, conflicts: &conflicts)
    let losers = Set(conflicts.map(\.second))
    patterns = patterns.indices.filter { !losers.contains($0) }.map { patterns[$0] }
    conflicts = []
    let table = RouteTable(patterns, conflicts: &conflicts)
    try hold(conflicts.isEmpty, "without the losers nothing ties")
    try check(table.match(head), of: head, among: patterns)
}

/// The request of a line, `METHOD host/path`; nil when it is none.
private func request(_ line: Substring) -> RequestHead? {
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map { Array($0.utf8) }
    guard words.count == 2 else { return nil }
    let method = words[0]
    let target = words[1].first == UInt8(ascii: "/") ? words[1] : Array("https://".utf8) + words[1]
    var head = RequestHead()
    do throws(H1Error) {
        try head.setMethod(method.span)
        try head.setTarget(target.span)
    } catch {
        return nil
    }
    return head
}

/// The pattern of a line; nil when it is none.
private func pattern(_ line: Substring) -> RoutePattern? {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard (1...2).contains(words.count), let place = words.last, let slash = place.firstIndex(of: "/") else {
        return nil
    }
    var methods = MethodSet.any
    if words.count == 2 {
        methods = []
        for name in words[0].split(separator: ",") {
            guard let method = Method.allCases.first(where: { $0 != .other && "\($0.token)" == name }) else {
                return nil
            }
            methods.insert(MethodSet(method))
        }
        guard !methods.isEmpty else { return nil }
    }
    do throws(PatternError) {
        let hosts = slash > place.startIndex ? [try HostPattern(String(place[..<slash]))] : []
        return RoutePattern(methods: methods, hosts: hosts, path: try PathPattern(String(place[slash...])))
    } catch {
        return nil
    }
}

/// A pattern written down is the same pattern, and its literals are such as normalised paths hold. One with `%00`, which
/// is warned of elsewhere, matches nothing.
private func checkSpelling(_ path: PathPattern) throws(Violation) {
    let again = try? PathPattern(path.description)
    try hold(again == path, "\(path) is read as \(again?.description ?? "no pattern")")
    try hold(path.captureNames.count <= PathPattern.maximumCaptures, "\(path) captures too much")
    for case .literal(let text) in path.segments where !text.isEmpty && !text.contains("%00") {
        try checkNormal(Array("/\(text)".utf8))
    }
}

/// Holds the table's answer against every pattern.
private func check(
    _ answer: RouteMatch, of head: borrowing RequestHead, among patterns: [RoutePattern]
) throws(Violation) {
    let matches = patterns.map { PlainMatch($0, head) }
    let takers = matches.indices.filter { matches[$0]?.method != nil }
    switch answer {
    case .found(let route, let captures):
        guard let match = matches[route], match.method != nil else {
            throw Violation(description: "\(patterns[route]) does not take the request")
        }
        for other in takers where other != route {
            try hold(match.precedes(matches[other]!), "\(patterns[other]) comes before \(patterns[route])")
        }
        let captured = (0..<captures.count).map { captures[$0].map { head.path.extracting($0).text } ?? "" }
        try hold(captured == match.captures, "\(patterns[route]) captures \(match.captures), not \(captured)")
    case .methodNotAllowed(let allow):
        try hold(takers.isEmpty && !allow.contains(head.method), "the method is allowed")
        var expected: MethodSet = []
        for index in matches.indices where matches[index] != nil {
            expected.formUnion(patterns[index].methods)
            if patterns[index].methods.contains(.get) { expected.insert(MethodSet(.head)) }
        }
        try hold(allow == expected, "allows \(allow.allowValue), should \(expected.allowValue)")
    case .notFound:
        try hold(matches.allSatisfy { $0 == nil }, "a pattern takes the request that none was found for")
    }
}
