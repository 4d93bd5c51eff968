/// One thing that is wrong, or doubtful, in a configuration file: where, what, and what was probably meant.
public struct Diagnostic: Error, Equatable, Sendable, CustomStringConvertible {
    /// Whether the file can be used in spite of it.
    public enum Severity: String, Sendable {
        case error, warning
    }

    /// An error keeps the file from being used, a warning does not.
    public let severity: Severity
    /// The file, as it was named.
    public let file: String
    /// The place in the document, such as `routes[2].rateLimit`; empty for the document itself.
    public let path: String
    /// Counted from one.
    public let line: Int
    /// Counted from one, in characters.
    public let column: Int
    /// What is wrong, without a closing period.
    public let message: String
    /// What to do instead, where it can be said.
    public let suggestion: String?

    /// The line that compilers print, which editors can jump to.
    public var description: String {
        let place = path.isEmpty ? "" : " [\(path)]"
        let advice = suggestion.map { "; \($0)" } ?? ""
        return "\(file):\(line):\(column): \(severity.rawValue): \(message)\(advice)\(place)"
    }
}

/// Every error and warning of a file that cannot be used.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// In the order of the file; at least one of them is an error.
    public let diagnostics: [Diagnostic]

    /// One line per diagnostic.
    public var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
