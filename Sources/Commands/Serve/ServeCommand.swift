import CLI
import Gateway

/// `gateway serve`: runs the gateway. It writes for itself, so its outcome is only an exit code.
enum ServeCommand {
    static func run(_ invocation: Invocation, in context: CommandContext) -> CommandOutcome {
        let executable: String
        let folder: String
        do {
            executable = try Syscalls.executablePath()
            folder = try Syscalls.currentDirectory()
        } catch {
            return .failure("\(error)", in: context)
        }
        let options = ServeOptions(
            configPath: invocation.value("config") ?? CommandContext.defaultFile,
            threads: invocation.integer("threads"), executable: executable, currentDirectory: folder,
            variables: Syscalls.variables())
        return CommandOutcome(exitCode: GatewayServer.serve(options))
    }
}
