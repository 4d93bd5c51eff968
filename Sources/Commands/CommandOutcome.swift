import CLI

/// What a command has to say, and whether it worked.
struct CommandOutcome: Equatable {
    /// 0 for success, 1 for what did not work, 2 for a command line that is wrong.
    var exitCode: Int32 = 0
    /// What was asked for: standard output.
    var output = ""
    /// Everything else: standard error.
    var errors = ""

    /// Something did not work.
    static func failure(_ message: String, in context: CommandContext) -> CommandOutcome {
        CommandOutcome(exitCode: 1, errors: "\(context.errorStyle.red("error:")) \(message)\n")
    }

    /// The command line is wrong.
    static func usage(_ message: String, in context: CommandContext) -> CommandOutcome {
        CommandOutcome(exitCode: 2, errors: "\(context.errorStyle.red("error:")) \(message)\n")
    }
}
