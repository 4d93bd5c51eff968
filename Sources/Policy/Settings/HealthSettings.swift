/// What a check asks of an endpoint.
public enum HealthProbe: Hashable, Sendable {
    /// That it accepts a connection.
    case connect
    /// That it answers a GET of this path with a status that passes.
    case get(path: String)
    /// That it serves this gRPC service, or serves at all when that is empty, as `grpc.health.v1` has it.
    case grpc(service: String)
}

/// How the endpoints of a service are checked.
public struct HealthSettings: Hashable, Sendable {
    /// Whether endpoints are checked; when not, every endpoint counts as up until requests prove otherwise.
    public var isEnabled = true
    /// What a check asks.
    public var probe = HealthProbe.get(path: "/health")
    /// Time between checks of an endpoint that is up.
    public var interval = Nanoseconds.seconds(5)
    /// Time between checks of an endpoint that is not up.
    public var downInterval = Nanoseconds.seconds(1)
    /// The longest time that one check may take.
    public var timeout = Nanoseconds.seconds(2)
    /// The share by which intervals vary at random to either side.
    public var jitter = 0.1
    /// Failed checks in a row that take an endpoint down.
    public var fall = 3
    /// Passed checks in a row that bring it up again; at the start one is enough.
    public var rise = 2
    /// Statuses that pass when a path is asked for.
    public var passing: ClosedRange<UInt16> = 200...399
    /// How long the share of an endpoint that came up takes to grow to its full weight.
    public var slowStart = Nanoseconds.seconds(10)
    /// How long requests wait for the first result while nothing is known about any endpoint.
    public var firstResultWait = Nanoseconds.seconds(2)

    /// The defaults.
    public init() {}
}

/// When an endpoint is ejected because of what requests to it met.
public struct OutlierSettings: Hashable, Sendable {
    /// Whether endpoints are ejected at all.
    public var isEnabled = true
    /// Gateway failures in a row that eject.
    public var consecutiveFailures = 5
    /// The share of failed requests in the window that ejects, in 0...1.
    public var errorRate = 0.5
    /// The fewest requests in the window at which the share counts.
    public var minRequests = 10
    /// How far back requests count. The window is kept in ten buckets.
    public var window = Nanoseconds.seconds(10)
    /// How long the first ejection lasts; the n-th in a row lasts n times as long.
    public var ejection = Nanoseconds.seconds(10)
    /// The longest ejection.
    public var maxEjection = Nanoseconds.seconds(120)

    /// The defaults.
    public init() {}
}
