/// A command of the command line, declared once: parsing, help and errors are made from it.
///
///     let gateway = Command("gateway", "An API gateway.", subcommands: [
///         Command("serve", "Runs the gateway.", options: [
///             .value("config", short: "c", "FILE", "the configuration", default: "routes.json"),
///             .integer("threads", "N", "event loops", in: 1...256),
///         ])
///     ])
///     switch try gateway.parse(Array(CommandLine.arguments.dropFirst())) { ... }
public struct Command: Sendable {
    /// What is typed.
    public let name: String
    /// What it does, in one sentence.
    public let summary: String
    /// What may follow with dashes.
    public let options: [Option]
    /// What may follow without dashes, in order; those that are required come first.
    public let positionals: [Positional]
    /// The commands within; one that has any does nothing itself.
    public let subcommands: [Command]
    /// What `--version` prints, when the command has one.
    public let version: String?
    /// Lines shown at the end of the help, such as examples.
    public let notes: String?

    /// Declares a command.
    public init(
        _ name: String, _ summary: String, options: [Option] = [], positionals: [Positional] = [],
        subcommands: [Command] = [], version: String? = nil, notes: String? = nil
    ) {
        self.name = name
        self.summary = summary
        self.options = options
        self.positionals = positionals
        self.subcommands = subcommands
        self.version = version
        self.notes = notes
    }
}

/// An argument without dashes.
public struct Positional: Sendable {
    /// How help calls it, such as `FILE`.
    public let name: String
    /// What it is.
    public let help: String
    /// Whether it must be given.
    public let isRequired: Bool

    /// Declares an argument.
    public init(_ name: String, _ help: String, isRequired: Bool = true) {
        self.name = name
        self.help = help
        self.isRequired = isRequired
    }
}
