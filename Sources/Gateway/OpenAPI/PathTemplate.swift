/// Paths with parameters as OpenAPI writes them: `/orders/{id}`.
enum PathTemplate {
    /// The path with each `{name}` replaced by a value.
    static func fill(_ template: String, _ value: (String) -> String) -> String {
        var path = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            path += rest[..<open] + value(String(rest[rest.index(after: open)..<close]))
            rest = rest[rest.index(after: close)...]
        }
        return path + rest
    }

    /// The path that a route's rewriting turns into this one; nil when it cannot be told.
    ///
    /// - Parameters:
    ///   - rewrite: what the route rewrites to, such as `/v2/{id}` or `/files/{**}`.
    ///   - pattern: the route's path.
    ///   - template: the path at the service.
    static func undo(_ rewrite: String, of pattern: PathPattern, from template: String) -> String? {
        let target = rewrite.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
        let parts = template.split(separator: "/", omittingEmptySubsequences: false)
        var found: [String: String] = [:]
        for (index, segment) in target.enumerated() {
            if segment == "{**}", index == target.count - 1 {
                found["**"] = parts.dropFirst(index).joined(separator: "/")
                break
            }
            guard index < parts.count else { return nil }
            if segment.hasPrefix("{"), segment.hasSuffix("}") {
                found[String(segment.dropFirst().dropLast())] = String(parts[index])
            } else if segment != parts[index] {
                return nil
            }
        }
        guard found["**"] != nil || parts.count == target.count else { return nil }
        return path(of: pattern, with: found)
    }

    /// A path that matches the pattern, with these segments for its parameters; nil when one is missing that must be there.
    private static func path(of pattern: PathPattern, with found: [String: String]) -> String? {
        var path = ""
        for (index, segment) in pattern.segments.enumerated() {
            switch segment {
            case .literal(let text): path += "/" + text
            case .parameter(let name, _):
                if let value = found[name] {
                    path += "/" + value
                } else if index < pattern.segments.count - pattern.optionalCount {
                    return nil
                }
            }
        }
        if pattern.hasTail, let tail = found["**"], !tail.isEmpty { path += "/" + tail }
        return path.isEmpty ? "/" : path
    }
}
