extension Command {
    /// Makes sense of the arguments that follow the program's name.
    /// - Throws: `ArgumentError`, for the first argument that is wrong.
    public func parse(_ arguments: [String]) throws(ArgumentError) -> CommandRequest {
        var parser = Parser(command: self, rest: arguments[...])
        return try parser.parse()
    }
}

/// Walks through the arguments once, going down into subcommands.
private struct Parser {
    var command: Command
    var rest: ArraySlice<String>
    var title: String
    var invocation = Invocation()
    /// Options of the outer commands hold for the inner ones too.
    var options: [Option]
    var takesOptions = true

    init(command: Command, rest: ArraySlice<String>) {
        self.command = command
        self.rest = rest
        title = command.name
        options = command.options
    }

    mutating func parse() throws(ArgumentError) -> CommandRequest {
        while let argument = rest.popFirst() {
            if takesOptions, argument == "--" {
                takesOptions = false
            } else if takesOptions, argument == "--help" || argument == "-h" {
                return .help(command.help(title: title, options: options))
            } else if takesOptions, argument == "--version", let version = command.version {
                return .version(version)
            } else if takesOptions, argument.hasPrefix("-"), argument != "-" {
                try parseOption(argument)
            } else if !command.subcommands.isEmpty {
                try enter(argument)
            } else {
                guard invocation.positionals.count < command.positionals.count else {
                    throw error(.unexpectedArgument(argument))
                }
                invocation.positionals.append(argument)
            }
        }
        return .run(try complete())
    }

    private mutating func enter(_ name: String) throws(ArgumentError) {
        guard let next = command.subcommands.first(where: { $0.name == name }) else {
            if name == "help", let named = rest.first, command.subcommands.contains(where: { $0.name == named }) {
                rest = [named, "--help"]
                return
            }
            if name == "help" {
                rest = ["--help"]
                return
            }
            throw error(.unknownCommand(name, suggestion: closest(to: name, among: command.subcommands.map(\.name))))
        }
        command = next
        title += " " + name
        options += next.options
        invocation.path.append(name)
    }

    private mutating func parseOption(_ argument: String) throws(ArgumentError) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let (label, attached) = (parts[0], parts.count > 1 ? parts[1] : nil)
        guard let option = options.last(where: { "--\($0.name)" == label || $0.short.map { "-\($0)" } == label }) else {
            let known = options.map { "--" + $0.name } + ["--help"]
            throw error(.unknownOption(label, suggestion: closest(to: label, among: known)))
        }
        let name = "--" + option.name
        if invocation.values[option.name] != nil, !option.isRepeatable { throw error(.repeatedOption(name)) }
        if option.kind == .flag {
            guard attached == nil else { throw error(.unexpectedValue(option: name)) }
            invocation.values[option.name] = []
            return
        }
        guard let value = attached ?? rest.popFirst() else { throw error(.missingValue(option: name)) }
        // A value that looks like an option is more likely a forgotten value; `--name=-value` says otherwise.
        if attached == nil, value.hasPrefix("--") { throw error(.missingValue(option: name)) }
        if let expected = option.expectation(notMetBy: value) {
            throw error(.invalidValue(option: name, value: value, expected: expected))
        }
        invocation.values[option.name, default: []].append(value)
    }

    private func complete() throws(ArgumentError) -> Invocation {
        guard command.subcommands.isEmpty else { throw error(.missingCommand) }
        for (index, positional) in command.positionals.enumerated()
        where positional.isRequired && index >= invocation.positionals.count {
            throw error(.missingArgument(positional.name))
        }
        var complete = invocation
        for option in options where complete.values[option.name] == nil {
            if option.isRequired { throw error(.missingOption("--" + option.name)) }
            if let value = option.defaultValue { complete.values[option.name] = [value] }
        }
        return complete
    }

    private func error(_ problem: ArgumentError.Problem) -> ArgumentError {
        ArgumentError(problem: problem, command: title)
    }
}
