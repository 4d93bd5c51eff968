/// Which failed attempts of a route are tried again. That the request is idempotent is not a setting.
public struct RetrySettings: Hashable, Sendable {
    /// The most attempts after the first.
    public var count = 1
    /// Whether a failed connection is tried again.
    public var onConnect = true
    /// Whether a connection that broke before the response head is tried again.
    public var onReset = true
    /// Whether an attempt that ran out of its own time is tried again.
    public var onTimeout = false
    /// Response statuses that are tried again.
    public var statuses: Set<UInt16> = [502, 503, 504]
    /// The largest request body that is kept for another attempt, in bytes.
    public var maxBody = 64 * 1024
    /// The time between attempts.
    public var backoff = BackoffSettings(base: .milliseconds(25), cap: .milliseconds(250))

    /// The defaults.
    public init() {}
}

/// The shape of an exponential backoff.
public struct BackoffSettings: Hashable, Sendable {
    /// The first delay.
    public var base: Nanoseconds
    /// The longest delay.
    public var cap: Nanoseconds

    /// - Parameters:
    ///   - base: the first delay, doubled each time.
    ///   - cap: the longest delay.
    public init(base: Nanoseconds, cap: Nanoseconds) {
        self.base = base
        self.cap = cap
    }
}

/// How many retries all requests of a service may cause together, so that retries do not drown a service that fails.
public struct RetryBudgetSettings: Hashable, Sendable {
    /// The share of requests that may be retries, in 0...1.
    public var ratio = 0.2
    /// Retries in the window that are always allowed.
    public var floor = 3
    /// How far back requests and retries count. The window is kept in ten buckets.
    public var window = Nanoseconds.seconds(10)

    /// The defaults.
    public init() {}
}
