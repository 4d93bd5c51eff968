/// A path with parameters: `/orders/{id:int}/items/{item?}`, `/static/**`.
public struct PathPattern: Hashable, Sendable {
    /// One part between slashes.
    public enum Segment: Hashable, Sendable {
        /// These bytes, normalised as request paths are.
        case literal(String)
        /// One segment of this type, at least a byte long.
        case parameter(name: String, type: SegmentType)
    }

    /// The segments; none for `/`, a last empty literal for a path that ends in a slash.
    public let segments: [Segment]
    /// How many of the last segments may be missing.
    public let optionalCount: Int
    /// Whether `**` follows: anything at all, also nothing.
    public let hasTail: Bool

    /// The most parameters of one path, the tail counted.
    public static let maximumCaptures = 8
    /// The most segments of one path.
    public static let maximumSegments = 64

    init(segments: [Segment], optionalCount: Int = 0, hasTail: Bool = false) {
        self.segments = segments
        self.optionalCount = optionalCount
        self.hasTail = hasTail
    }

    /// The names of what a match captures, in order; the tail is `**`.
    public var captureNames: [String] {
        let names = segments.compactMap { segment -> String? in
            if case .parameter(let name, _) = segment { name } else { nil }
        }
        return hasTail ? names + ["**"] : names
    }

    /// The literal text that every matching path starts with, without a closing slash.
    var literalPrefix: String {
        var prefix = ""
        for segment in segments.dropLast(optionalCount) {
            guard case .literal(let text) = segment else { break }
            prefix += "/" + text
        }
        return prefix
    }
}

extension PathPattern: CustomStringConvertible {
    /// The path as it is written in the file.
    public var description: String {
        var text = ""
        for (index, segment) in segments.enumerated() {
            switch segment {
            case .literal(let literal): text += "/\(literal)"
            case .parameter(let name, let type):
                let optional = index >= segments.count - optionalCount ? "?" : ""
                text += type == .any ? "/{\(name)\(optional)}" : "/{\(name):\(type.rawValue)\(optional)}"
            }
        }
        if hasTail { text += "/**" }
        return text.isEmpty ? "/" : text
    }
}
