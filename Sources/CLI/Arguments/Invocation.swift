/// A command line that was understood: which command, with which values.
public struct Invocation: Equatable, Sendable {
    /// The names of the subcommands, outermost first; empty when the command has none.
    public var path: [String] = []
    /// The arguments without dashes.
    public var positionals: [String] = []
    var values: [String: [String]] = [:]

    /// The innermost subcommand's name.
    public var command: String? { path.last }

    /// Whether the flag was given.
    public func flag(_ name: String) -> Bool { values[name] != nil }

    /// The option's value, or its default, or nil.
    public func value(_ name: String) -> String? { values[name]?.last }

    /// All values of an option that may be given several times.
    public func list(_ name: String) -> [String] { values[name] ?? [] }

    /// The value of an option that was declared as a whole number, or nil.
    public func integer(_ name: String) -> Int? { value(name).flatMap { Int($0) } }
}

/// What a command line asks for.
public enum CommandRequest: Equatable, Sendable {
    /// To run a command.
    case run(Invocation)
    /// To print this help.
    case help(String)
    /// To print this version.
    case version(String)
}
