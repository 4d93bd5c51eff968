import CLI
import Gateway

/// The `gateway` command: what can be typed, and which function does it.
public enum GatewayCommand {
    /// Runs a command line against this process's files, streams and clock.
    ///
    /// - Parameter arguments: what follows the program's name.
    /// - Returns: the exit code: 0 for success, 1 for what did not work, 2 for a command line that is wrong.
    public static func main(_ arguments: [String]) -> Int32 {
        // Not for people, and what follows it belongs to another program: it is not parsed.
        if arguments.first == ChildLauncher.commandName {
            let (exitCode, message) = ChildLauncher.run(Array(arguments.dropFirst()))
            Syscalls.write(message + "\n", to: .standardError)
            return exitCode
        }
        let outcome = run(arguments, in: .process)
        Syscalls.write(outcome.errors, to: .standardError)
        let isWritten = Syscalls.write(outcome.output, to: .standardOutput)
        return outcome.exitCode == 0 && !isWritten ? 1 : outcome.exitCode
    }

    /// Runs a command line and returns what it has to say.
    static func run(_ arguments: [String], in context: CommandContext) -> CommandOutcome {
        let request: CommandRequest
        do { request = try declaration.parse(arguments) } catch {
            return .usage("\(error)", in: context)
        }
        switch request {
        case .help(let text): return CommandOutcome(output: text + "\n")
        case .version(let text): return CommandOutcome(output: text + "\n")
        case .run(let invocation): return run(invocation, in: context)
        }
    }

    private static func run(_ invocation: Invocation, in context: CommandContext) -> CommandOutcome {
        switch invocation.command {
        case "serve": ServeCommand.run(invocation, in: context)
        case "check": CheckCommand.run(invocation, in: context)
        case "reload": ReloadCommand.run(invocation, in: context)
        case "routes": RoutesCommand.run(invocation, in: context)
        case "explain": ExplainCommand.run(invocation, in: context)
        case "token": TokenCommand.run(invocation, in: context)
        case "schema": CommandOutcome(output: RoutesSchema.text)
        default: preconditionFailure("a command is declared and not run")
        }
    }
}
