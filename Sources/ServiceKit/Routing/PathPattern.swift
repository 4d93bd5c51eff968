/// A path with parameters, such as `/products/{id:int}/reviews`.
struct PathPattern: Hashable, Sendable {
    let segments: [Segment]

    /// What stands between two slashes. Cases are in order of precedence: the more exact wins.
    enum Segment: Hashable, Sendable {
        case literal(String)
        case integer(String)
        case text(String)

        var rank: Int {
            switch self {
            case .literal: 0
            case .integer: 1
            case .text: 2
            }
        }
    }

    /// Reads `/literal/{name}/{name:int}`. Anything else is a bug of ours.
    init(_ pattern: StaticString) {
        segments = Self.split(pattern.description).map { part in
            guard part.first == "{" else { return .literal(String(part)) }
            precondition(part.last == "}", "not a path pattern: \(pattern)")
            let name = part.dropFirst().dropLast()
            guard let colon = name.firstIndex(of: ":") else { return .text(String(name)) }
            precondition(name[colon...] == ":int", "not a type of path parameter: \(name)")
            return .integer(String(name[..<colon]))
        }
    }

    /// The pattern as OpenAPI writes it, without the types of its parameters.
    var template: String {
        segments.map { segment in
            switch segment {
            case .literal(let text): "/" + text
            case .integer(let name), .text(let name): "/{" + name + "}"
            }
        }.joined()
    }

    /// The segments of a path, still encoded.
    static func split(_ path: String) -> [Substring] {
        precondition(path.first == "/", "not a path: \(path)")
        return path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    }

    /// The parameters, if the pattern fits.
    ///
    /// - Parameter path: the decoded segments.
    func match(_ path: [String]) -> PathParameters? {
        guard path.count == segments.count else { return nil }
        var parameters = PathParameters()
        for (segment, value) in zip(segments, path) {
            switch segment {
            case .literal(let text): if text != value { return nil }
            case .integer(let name):
                // Digits only: "+5" and "05" would be second addresses of the same thing.
                guard let number = Int64(value), String(number) == value, number >= 0 else { return nil }
                parameters.integers[name] = number
            case .text(let name):
                guard !value.isEmpty else { return nil }
                parameters.texts[name] = value
            }
        }
        return parameters
    }

    /// Whether this one is tried before `other`.
    func precedes(_ other: PathPattern) -> Bool {
        segments.map(\.rank).lexicographicallyPrecedes(other.segments.map(\.rank))
    }
}

/// What the parameters of a route's pattern matched. Asking for one that the pattern does not have is a bug of ours.
public struct PathParameters: Hashable, Sendable {
    var integers: [String: Int64] = [:]
    var texts: [String: String] = [:]

    /// The number that `{name:int}` matched.
    public func integer(_ name: StaticString) -> Int64 {
        guard let number = integers[name.description] else { preconditionFailure("no {\(name):int} in the route") }
        return number
    }

    /// The decoded text that `{name}` matched.
    public func text(_ name: StaticString) -> String {
        guard let text = texts[name.description] else { preconditionFailure("no {\(name)} in the route") }
        return text
    }
}
