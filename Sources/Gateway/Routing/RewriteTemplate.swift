import Bytes

/// A path to rewrite to, such as `/v2/{id}` or `/files/{**}`: literal bytes with captures in between.
struct RewriteTemplate: Sendable {
    /// One part of the path.
    enum Part: Sendable {
        case literal([UInt8])
        /// What the pattern captured, by its place among the captures.
        case capture(Int)
    }

    let parts: [Part]
    /// Whether the template has a query of its own.
    let hasQuery: Bool

    /// Parses a template whose `{name}`s are among the captures of a pattern.
    init(_ text: String, captures: [String]) throws(PatternError) {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else {
                throw PatternError("\"{\" is never closed")
            }
            if open > rest.startIndex { parts.append(.literal(Array(rest[..<open].utf8))) }
            let name = String(rest[rest.index(after: open)..<close])
            guard let index = captures.firstIndex(of: name) else {
                let known = captures.map { "{\($0)}" }.joined(separator: ", ")
                throw PatternError(
                    "the route's path has no {\(name)}",
                    suggestion: Spelling.suggestion(for: name, among: captures)
                        ?? (captures.isEmpty ? nil : "it has \(known)"))
            }
            parts.append(.capture(index))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.literal(Array(rest.utf8))) }
        for case .literal(let bytes) in parts where !bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x23 }) {
            throw PatternError(
                "a path has no spaces, '#' or characters beyond ASCII", suggestion: "percent-encode them")
        }
        self.parts = parts
        hasQuery = text.contains("?")
    }
}
