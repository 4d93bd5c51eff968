/// When the breaker of a service opens, and how it closes again.
public struct BreakerSettings: Hashable, Sendable {
    /// Whether there is a breaker at all.
    public var isEnabled = true
    /// The share of failed requests in the window at which it opens, in 0...1.
    public var errorRate = 0.5
    /// The fewest requests in the window at which the share counts.
    public var minRequests = 20
    /// How far back requests count. The window is kept in ten buckets.
    public var window = Nanoseconds.seconds(10)
    /// Connect failures in a row at which it opens whatever the window says.
    public var connectFailures = 5
    /// How long it stays open the first time; doubled each time a probe fails.
    public var open = Nanoseconds.seconds(5)
    /// The longest time it stays open.
    public var maxOpen = Nanoseconds.seconds(60)
    /// The share by which an open time is shortened at random, so that gateways do not probe in step.
    public var jitter = 0.1
    /// The most probe requests at once while half open.
    public var probes = 3
    /// How many probes must succeed before it closes.
    public var successes = 3
    /// How long a probe may hold its permit before another may take its place.
    public var probeTimeout = Nanoseconds.seconds(30)
    /// Statuses that count as failures of the service.
    public var failureStatuses: Set<UInt16> = [502, 503, 504]

    /// The defaults.
    public init() {}
}
