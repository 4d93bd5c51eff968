public import Bytes

/// Writes the path and query that go upstream.
public struct PathRewrite: Sendable {
    private enum Kind: Sendable {
        case none
        /// This many bytes are dropped, which the pattern has checked.
        case strip(Int)
        case template(RewriteTemplate)
    }

    private let kind: Kind

    /// - Parameters:
    ///   - rule: what changes, as it was checked against the pattern.
    ///   - pattern: the pattern that the captures come from.
    public init(_ rule: PathRewriteRule, pattern: PathPattern) {
        switch rule {
        case .none: kind = .none
        case .strip(let prefix): kind = .strip(prefix.utf8.count)
        case .template(let text):
            // The loader has parsed it before: text that is no template cannot come here.
            kind = (try? RewriteTemplate(text, captures: pattern.captureNames)).map { .template($0) } ?? .none
        }
    }

    /// Whether the path goes upstream as it came.
    public var isIdentity: Bool {
        if case .none = kind { true } else { false }
    }

    /// Appends the target: the path after the change, and the query.
    ///
    /// - Parameters:
    ///   - path: the normalised path that the pattern matched.
    ///   - query: the query without its `?`, nil when there is none.
    ///   - captures: what the pattern captured.
    ///   - target: gets the bytes.
    public func write(
        path: Span<UInt8>, query: Span<UInt8>?, captures: borrowing Captures, into target: inout ByteBuffer
    ) {
        var hasQuery = false
        switch kind {
        case .none: target.append(path)
        case .strip(let count):
            if count >= path.count { target.append(UInt8(ascii: "/")) }
            target.append(path.extracting(min(count, path.count)...))
        case .template(let template):
            write(template, path: path, captures: captures, into: &target)
            hasQuery = template.hasQuery
        }
        guard let query else { return }
        target.append(UInt8(ascii: hasQuery ? "&" : "?"))
        target.append(query)
    }

    private func write(
        _ template: RewriteTemplate, path: Span<UInt8>, captures: borrowing Captures, into target: inout ByteBuffer
    ) {
        let start = target.count
        for part in template.parts {
            switch part {
            case .literal(let bytes): target.append(bytes.span)
            case .capture(let index):
                if let range = captures[index] {
                    target.append(path.extracting(range))
                } else if target.count > start + 1, target.readable[target.count - 1] == UInt8(ascii: "/") {
                    // A segment that is missing takes the slash before it along.
                    target.truncate(to: target.count - 1)
                }
            }
        }
    }
}
