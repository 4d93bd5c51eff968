public import Policy

/// What the gateway knows of itself at one moment: all that /health and the gauges of /metrics show.
public struct HealthInput: Sendable {
    /// How far the gateway is in its life.
    public enum Phase: String, Sendable {
        /// Not yet bound or configured.
        case starting
        /// Serving.
        case ready
        /// Finishing what is in flight.
        case draining
    }

    /// How far the gateway is in its life.
    public var phase: Phase
    /// The gateway's version.
    public var version: String
    /// Seconds since it started.
    public var uptimeSeconds: Int
    /// The configuration in force.
    public var configuration: ConfigurationHealth
    /// The services in the order of the configuration.
    public var services: [ServiceHealth]
    /// The lists of revoked tokens.
    public var revocations: [RevocationHealth]

    /// Collects what is known.
    public init(
        phase: Phase, version: String, uptimeSeconds: Int, configuration: ConfigurationHealth,
        services: [ServiceHealth] = [], revocations: [RevocationHealth] = []
    ) {
        self.phase = phase
        self.version = version
        self.uptimeSeconds = uptimeSeconds
        self.configuration = configuration
        self.services = services
        self.revocations = revocations
    }
}

/// The list of revoked tokens of one token profile.
public struct RevocationHealth: Sendable {
    /// The name of the token profile.
    public var profile: String
    /// The service that is asked for it.
    public var service: String
    /// How many tokens and sessions are on it.
    public var count: Int
    /// Seconds since it was read; nil when it never was.
    public var ageSeconds: Int?
    /// Why it cannot be read; nil when it can.
    public var lastError: String?

    /// Collects what is known.
    public init(
        profile: String, service: String, count: Int, ageSeconds: Int? = nil, lastError: String? = nil
    ) {
        self.profile = profile
        self.service = service
        self.count = count
        self.ageSeconds = ageSeconds
        self.lastError = lastError
    }
}

/// The configuration in force and the last try to replace it.
public struct ConfigurationHealth: Sendable {
    /// How many configurations were in force so far, this one included.
    public var generation: Int
    /// A digest of its text, in hexadecimal.
    public var hash: String
    /// When it came into force, in milliseconds since 1970.
    public var loadedAt: Int64
    /// What was wrong with the last reload; nil when it went well.
    public var lastError: String?

    /// Collects what is known.
    public init(generation: Int, hash: String, loadedAt: Int64, lastError: String? = nil) {
        self.generation = generation
        self.hash = hash
        self.loadedAt = loadedAt
        self.lastError = lastError
    }
}

/// One service.
public struct ServiceHealth: Sendable {
    /// Its name in the configuration.
    public var name: String
    /// Where it runs.
    public var endpoints: [EndpointHealth]
    /// Its breaker, when it has one.
    public var breaker: BreakerState?
    /// The processes that the gateway runs for it.
    public var processes: [ProcessHealth]

    /// Collects what is known.
    public init(
        name: String, endpoints: [EndpointHealth], breaker: BreakerState? = nil, processes: [ProcessHealth] = []
    ) {
        self.name = name
        self.endpoints = endpoints
        self.breaker = breaker
        self.processes = processes
    }
}

/// One endpoint of a service.
public struct EndpointHealth: Sendable {
    /// Whether it gets requests.
    public enum State: String, Sendable {
        /// It does.
        case up
        /// Nobody knows yet: no check has ended.
        case unknown
        /// Checks fail, or its process is gone.
        case down
        /// Requests failed too often, so it rests for a while.
        case ejected
    }

    /// Its address.
    public var name: String
    /// Whether it gets requests.
    public var state: State
    /// Why it does not, when that is known.
    public var reason: String?

    /// Collects what is known.
    public init(name: String, state: State, reason: String? = nil) {
        self.name = name
        self.state = state
        self.reason = reason
    }
}

/// One process that the gateway runs.
public struct ProcessHealth: Sendable {
    /// Its number among those of the service, from zero.
    public var instance: Int
    /// Its id while it runs.
    public var pid: Int?
    /// How many times it was started again.
    public var restarts: Int
    /// How it ended the last time, such as `exit code 1` or `signal 9`.
    public var lastExit: String?
    /// The last lines that it wrote to standard error before it ended.
    public var lastStderr: [String]

    /// Collects what is known.
    public init(
        instance: Int, pid: Int?, restarts: Int = 0, lastExit: String? = nil, lastStderr: [String] = []
    ) {
        self.instance = instance
        self.pid = pid
        self.restarts = restarts
        self.lastExit = lastExit
        self.lastStderr = lastStderr
    }
}
