import CLI
import Gateway

/// Diagnostics as text: one line each that editors can jump to, then how many there are.
struct DiagnosticReport {
    private let diagnostics: [Diagnostic]
    private let file: String

    init(_ diagnostics: [Diagnostic], file: String) {
        self.diagnostics = diagnostics
        self.file = file
    }

    private var errorCount: Int { diagnostics.count { $0.severity == .error } }

    /// One line per diagnostic.
    func lines(_ style: Style) -> String {
        diagnostics.map { line($0, style) + "\n" }.joined()
    }

    /// Such as `2 errors, 1 warning`.
    var count: String {
        let warnings = diagnostics.count - errorCount
        let parts = [(errorCount, "error"), (warnings, "warning")].filter { $0.0 > 0 }
        return parts.map { "\($0) \($1)\($0 == 1 ? "" : "s")" }.joined(separator: ", ")
    }

    /// The outcome of a command that the errors end.
    func outcome(in context: CommandContext) -> CommandOutcome {
        CommandOutcome(exitCode: 1, errors: lines(context.errorStyle) + "\(file): \(count)\n")
    }

    private func line(_ diagnostic: Diagnostic, _ style: Style) -> String {
        let text = diagnostic.description
        let word = "\(diagnostic.severity.rawValue):"
        guard style.isEnabled, let range = text.firstRange(of: word) else { return text }
        let look = diagnostic.severity == .error ? style.red(word) : style.yellow(word)
        return text[..<range.lowerBound] + look + text[range.upperBound...]
    }
}
