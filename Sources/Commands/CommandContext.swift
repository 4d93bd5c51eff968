import CLI
import Gateway

/// What commands work on: files and variables, the time, and how text may look. Tests give their own.
struct CommandContext: Sendable {
    /// Where files and variables come from.
    var environment: ConfigurationEnvironment
    /// The time, in Unix seconds.
    var now: Int64
    /// How standard output looks.
    var outputStyle = Style(isEnabled: false)
    /// How standard error looks.
    var errorStyle = Style(isEnabled: false)

    /// The file that is meant when none is named.
    static let defaultFile = "routes.json"

    /// This process's own surroundings.
    static var process: CommandContext {
        CommandContext(
            environment: .process, now: Syscalls.unixSeconds(), outputStyle: Style(for: .standardOutput),
            errorStyle: Style(for: .standardError))
    }

    /// Reads the bytes of a configuration.
    func read(_ file: String) throws(CommandFailure) -> [UInt8] {
        switch environment.readFile(file) {
        case .success(let bytes): return bytes
        case .failure(let failure):
            throw CommandFailure(outcome: .failure("\(file) cannot be read: \(failure.reason)", in: self))
        }
    }

    /// Loads a configuration. What is wrong with it becomes the outcome; its warnings are left to `gateway check`.
    func load(_ file: String) throws(CommandFailure) -> Configuration {
        let bytes = try read(file)
        do {
            return try Configuration(parsing: bytes, file: file, environment: environment)
        } catch {
            throw CommandFailure(outcome: DiagnosticReport(error.diagnostics, file: file).outcome(in: self))
        }
    }
}

/// The end of a command that cannot go on.
struct CommandFailure: Error {
    let outcome: CommandOutcome
}
