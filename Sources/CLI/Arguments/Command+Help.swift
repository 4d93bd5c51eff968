extension Command {
    /// The help of this command, as `--help` prints it.
    /// - Parameters:
    ///   - title: the command and those around it, as typed.
    ///   - options: the options that hold here, also those of the commands around.
    func help(title: String, options: [Option]) -> String {
        var sections = [summary, "Usage: " + usage(title: title, options: options)]
        sections += section("Commands", subcommands.map { ($0.name, $0.summary) })
        sections += section("Arguments", positionals.map { ($0.name, $0.help) })
        var shown = options.map { ($0.label, $0.explanation) }
        shown.append(("-h, --help", "shows this help"))
        if version != nil { shown.append(("    --version", "shows the version")) }
        sections += section("Options", shown)
        if let notes { sections.append(notes) }
        return sections.joined(separator: "\n\n")
    }

    private func usage(title: String, options: [Option]) -> String {
        var words = [title]
        if !subcommands.isEmpty { words.append("COMMAND") }
        words += options.filter(\.isRequired).map { "--\($0.name) \($0.placeholder)" }
        if options.contains(where: { !$0.isRequired }) { words.append("[OPTIONS]") }
        words += positionals.map { $0.isRequired ? $0.name : "[\($0.name)]" }
        return words.joined(separator: " ")
    }

    private func section(_ title: String, _ rows: [(String, String)]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let width = rows.map(\.0.count).max() ?? 0
        let lines = rows.map { row in
            "  " + row.0 + String(repeating: " ", count: width - row.0.count + 2) + row.1
        }
        return [title + ":\n" + lines.joined(separator: "\n")]
    }
}

extension Option {
    fileprivate var label: String {
        let names = (short.map { "-\($0), " } ?? "    ") + "--" + name
        return kind == .flag ? names : names + " " + placeholder
    }

    fileprivate var explanation: String {
        var text = help
        if isRepeatable { text += " (repeatable)" }
        if isRequired { text += " (required)" }
        if let defaultValue { text += " (default: \(defaultValue))" }
        return text
    }
}
