public import Bytes

/// A process that the gateway starts, watches and stops.
public struct ProcessDefinition: Hashable, Sendable {
    /// What is run.
    public enum Program: Hashable, Sendable {
        /// A handler of the `shop` executable.
        case handler(String)
        /// A command and its arguments; `{port}` and `{socket}` stand for where it must listen.
        case command([String])
    }

    /// What happens when it exits.
    public enum Restart: String, Hashable, Sendable {
        /// It is started again.
        case always
        /// It is started again unless its exit code was zero.
        case onFailure = "on-failure"
        /// It stays down.
        case never
    }

    /// What is run.
    public var program: Program
    /// How many of it.
    public var instances = 1
    /// The loopback port of the first instance, the next ones follow; nil for a Unix socket or a free port.
    public var port: UInt16?
    /// The path of the database, given to a handler; nil for one in the state folder.
    public var database: String?
    /// The folder it runs in; nil for the configuration's own.
    public var workingDirectory: String?
    /// Variables it gets besides the gateway's own.
    public var environment: [EnvironmentVariable] = []
    /// What happens when it exits.
    public var restart = Restart.always
    /// From being told to stop until it is killed.
    public var stopTimeout = Nanoseconds(10_000_000_000)

    init(program: Program) {
        self.program = program
    }
}

/// A variable in the environment of a process.
public struct EnvironmentVariable: Hashable, Sendable {
    /// The variable.
    public let name: String
    /// Its value; may have `{port}` and `{socket}`.
    public let value: ConfiguredText
}
