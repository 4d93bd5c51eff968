/// How one service is reached: what its endpoints share. The defaults are those of the documentation.
public struct ServiceSettings: Hashable, Sendable {
    /// How an endpoint is chosen for a request.
    public var balance = BalanceKind.powerOfTwoChoices
    /// When the whole service is cut off.
    public var breaker = BreakerSettings()
    /// How endpoints are checked.
    public var health = HealthSettings()
    /// When an endpoint is ejected because of what requests to it met.
    public var outliers = OutlierSettings()
    /// How many retries all requests of the service may cause together.
    public var retryBudget = RetryBudgetSettings()
    /// The most requests in flight on one endpoint; nil for no limit.
    public var maxRequests: Int?
    /// The most requests at once on one HTTP/2 connection; more open another one. An endpoint that allows fewer gets fewer.
    public var maxStreams = 100
    /// The longest time to connect, TLS handshake included.
    public var connectTimeout = Nanoseconds.seconds(2)
    /// How long an idle upstream connection is kept.
    public var idleTimeout = Nanoseconds.seconds(60)
    /// The most idle upstream connections per endpoint and event loop.
    public var idleConnections = 256

    /// The defaults.
    public init() {}
}

/// How an endpoint is chosen for a request. All kinds respect weights and slow start.
public enum BalanceKind: String, Hashable, Sendable, CaseIterable {
    /// The less loaded of two random endpoints, by requests in flight and latency.
    case powerOfTwoChoices = "p2c"
    /// One after the other, weights spread smoothly.
    case roundRobin = "round-robin"
    /// The endpoint with the fewest requests in flight.
    case leastRequest = "least-request"
    /// Any, by weight.
    case random = "random"
}
