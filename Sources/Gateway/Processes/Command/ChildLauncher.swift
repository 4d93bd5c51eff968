import Glibc
import Reactor

/// The small step between the gateway and each program that it runs: the gateway's own executable, which asks the kernel
/// to be killed when the gateway ends, and becomes the program. Starting a program by itself cannot ask for that.
public enum ChildLauncher {
    /// The hidden command of the gateway that runs the step.
    public static let commandName = "exec-child"

    /// What stands before a program and its arguments so that it dies with this process.
    /// - Parameter executable: the absolute path of the gateway's own executable.
    public static func prefix(executable: String) -> [String] {
        [executable, commandName, "\(getpid())"]
    }

    /// Becomes the program that is named by what follows `exec-child`: the gateway's process id, the program, its
    /// arguments.
    /// - Returns: only when that fails: the exit code, and what to print.
    public static func run(_ arguments: [String]) -> (exitCode: Int32, message: String) {
        guard arguments.count > 1, let parent = Int32(arguments[0]) else {
            return (2, "usage: gateway \(commandName) PARENT_PID COMMAND [ARGUMENT ...]")
        }
        let command = Array(arguments.dropFirst())
        let error = ChildProcess.dieWithParentAndRun(command, parent: parent)
        // What a shell returns for a program that it cannot run.
        return (127, "\(ProcessError.start(program: command[0], directory: nil, error))")
    }
}
