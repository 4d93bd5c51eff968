import Bytes

extension PathPattern {
    /// Parses a path pattern, which starts with `/`.
    public init(_ text: String) throws(PatternError) {
        let text = Self.encodingBeyondASCII(text)
        guard text.hasPrefix("/") else {
            throw PatternError("a path starts with '/'", suggestion: "write \"/\(text)\"")
        }
        var parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let hasTail = parts.last == "**"
        if hasTail { parts.removeLast() }
        if parts == [""], !hasTail { parts = [] }
        if parts.count > Self.maximumSegments {
            throw PatternError("a path has at most \(Self.maximumSegments) segments")
        }
        var segments: [Segment] = []
        var optionalCount = 0
        for (index, part) in parts.enumerated() {
            if part.isEmpty, index < parts.count - 1 || hasTail {
                throw PatternError("an empty segment never occurs: paths are normalised before they are matched")
            }
            let (segment, isOptional) = try Self.parse(segment: part)
            if optionalCount > 0, !isOptional {
                throw PatternError("only the last segments of a path may be optional")
            }
            optionalCount += isOptional ? 1 : 0
            segments.append(segment)
        }
        if optionalCount > 0, hasTail {
            throw PatternError("an optional segment and '**' exclude each other: '**' also matches nothing")
        }
        self.init(segments: segments, optionalCount: optionalCount, hasTail: hasTail)
        let names = captureNames
        if names.count > Self.maximumCaptures {
            throw PatternError("a path has at most \(Self.maximumCaptures) parameters")
        }
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw PatternError("the parameter {\(twice)} occurs twice")
        }
    }

    private static func parse(segment: Substring) throws(PatternError) -> (Segment, isOptional: Bool) {
        if segment.hasPrefix("{"), segment.hasSuffix("}") {
            return try parse(parameter: segment.dropFirst().dropLast())
        }
        if segment.contains("{") || segment.contains("}") {
            throw PatternError("a parameter is a whole segment: \"{name}\", not \"\(segment)\"")
        }
        if segment.contains("*") {
            throw PatternError(
                "'*' is not a wildcard within a path",
                suggestion: "use {name} for one segment, or '**' as the last segment")
        }
        let literal = try normalise(literal: segment)
        if literal == "." || literal == ".." {
            throw PatternError("'\(segment)' never occurs: paths are normalised before they are matched")
        }
        return (.literal(literal), false)
    }

    private static func parse(parameter: Substring) throws(PatternError) -> (Segment, isOptional: Bool) {
        let isOptional = parameter.hasSuffix("?")
        let parts = (isOptional ? parameter.dropLast() : parameter)
            .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let isName = name.utf8.allSatisfy {
            ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
        guard !name.isEmpty, isName else {
            throw PatternError("\"{\(parameter)}\" is not a parameter: names have letters, digits, '_' and '-'")
        }
        guard parts.count == 2 else { return (.parameter(name: name, type: .any), isOptional) }
        guard let type = SegmentType(rawValue: String(parts[1])) else {
            let known = SegmentType.allCases.map(\.rawValue)
            throw PatternError(
                "unknown type \"\(parts[1])\" of the parameter {\(name)}",
                suggestion: Spelling.suggestion(for: String(parts[1]), among: known)
                    ?? "one of \(known.joined(separator: ", "))")
        }
        return (.parameter(name: name, type: type), isOptional)
    }

    /// Brings a literal into the form of normalised request paths: what must be percent-encoded is, with capital
    /// digits, and unreserved characters are not (RFC 3986 section 6.2.2).
    private static func normalise(literal: Substring) throws(PatternError) -> String {
        let source = Array(literal.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < source.count {
            var byte = source[index]
            var isEncoded = false
            if byte == UInt8(ascii: "%") {
                guard index + 2 < source.count, let high = ASCII.hexValue(source[index + 1]),
                    let low = ASCII.hexValue(source[index + 2])
                else { throw PatternError("\"\(literal)\" has a '%' that is not followed by two hexadecimal digits") }
                byte = high << 4 | low
                isEncoded = true
                index += 2
            }
            index += 1
            if !isEncoded, byte <= 0x20 || byte == 0x7F || "?#\\".utf8.contains(byte) {
                throw PatternError(
                    "a path has no '\(Character(Unicode.Scalar(byte)))'",
                    suggestion: byte == UInt8(ascii: "?") ? "use the long form with a \"query\" condition" : nil)
            }
            if isEncoded, !isUnreserved(byte) { result += encoding(byte) } else { result.append(byte) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Percent-encodes what is beyond ASCII, so that every character is a byte from here on: a combining mark would make
    /// another character of the `/` or `{` before it.
    private static func encodingBeyondASCII(_ text: String) -> String {
        String(decoding: text.utf8.flatMap { $0 < 0x80 ? [$0] : encoding($0) }, as: UTF8.self)
    }

    private static func encoding(_ byte: UInt8) -> [UInt8] {
        let digits = String(byte, radix: 16, uppercase: true)
        return Array((byte < 16 ? "%0" : "%").utf8) + Array(digits.utf8)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || "-._~".utf8.contains(byte)
    }
}
