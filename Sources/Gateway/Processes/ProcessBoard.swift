import Reactor

/// How one process is, for /health and metrics.
public struct ProcessStatus: Hashable, Sendable {
    /// Where it is in its life.
    public enum State: String, Sendable {
        /// About to be started.
        case starting
        /// Running.
        case running
        /// It ended and waits to be started again.
        case backingOff = "backing-off"
        /// It was told to stop.
        case stopping
        /// It is not started again.
        case stopped
    }

    /// Its number among those of the service, from zero.
    public let instance: Int
    /// Where it is in its life.
    public let state: State
    /// Its process id while it runs.
    public let pid: Int32?
    /// Where it listens; nil until that is decided.
    public let address: String?
    /// Whether it accepts connections.
    public let isAccepting: Bool
    /// How many times it was started again.
    public let restarts: Int
    /// Whether it keeps ending soon after its start.
    public let isCrashLooping: Bool
    /// How it ended the last time, such as `exit code 1`, or that it could not be started.
    public let lastExit: String?
    /// The last lines that it wrote to standard error before it ended, or why it could not be started.
    public let lastErrors: [String]
    /// When it was started, in seconds since 1970; nil when it was not.
    public let startedAt: Int64?
}

/// How all processes are, to be read from any thread.
public final class ProcessBoard: Sendable {
    private let services = Lock<[String: [Int: ProcessStatus]]>([:])

    /// The processes of a service, by their number.
    public func processes(of service: String) -> [ProcessStatus] {
        services.withLock { $0[service]?.values.sorted { $0.instance < $1.instance } ?? [] }
    }

    /// All processes by their service.
    public var all: [String: [ProcessStatus]] {
        services.withLock { services in
            services.mapValues { $0.values.sorted { $0.instance < $1.instance } }
        }
    }

    func publish(_ status: ProcessStatus, of service: String) {
        services.withLock { $0[service, default: [:]][status.instance] = status }
    }

    func remove(_ instance: Int, of service: String) {
        services.withLock { services in
            services[service]?[instance] = nil
            if services[service]?.isEmpty == true { services[service] = nil }
        }
    }
}
