public import Bytes
import Reactor

/// How the supervisor works; tests shorten its times.
public struct SupervisorSettings: Sendable {
    /// What stands before each command, so that processes die with the gateway; see `ChildLauncher.prefix`.
    public var launcher: [String]
    /// The waits before a process is started again.
    public var backoff = RestartBackoff()
    /// How long a process whose definition changed waits for its replacement to serve.
    public var replacementTimeout: Nanoseconds = 10_000_000_000
    /// How long a process that is replaced or removed may finish its requests.
    public var drainTimeout: Nanoseconds = 30_000_000_000

    /// - Parameter launcher: what stands before each command.
    public init(launcher: [String]) {
        self.launcher = launcher
    }
}

/// What all supervised processes share. Belongs to their loop.
final class Supervision {
    let loop: EventLoop
    let settings: SupervisorSettings
    let log: ProcessLog
    let board: ProcessBoard
    /// Hears of processes that begin to accept connections.
    var onAcceptance: (Service) -> Void = { _ in }

    init(loop: EventLoop, settings: SupervisorSettings, log: ProcessLog, board: ProcessBoard) {
        self.loop = loop
        self.settings = settings
        self.log = log
        self.board = board
    }
}
