/// Passive health: ejects an endpoint because of what requests to it met, for longer each time in a row.
///
/// As with `Breaker`, successes are not told to it: whoever reports a failure says how many there were.
public struct OutlierDetector: Sendable {
    /// Its thresholds. A changed window starts empty.
    public var settings: OutlierSettings {
        didSet {
            if settings.window != oldValue.window { failures = SlidingWindow(window: settings.window) }
        }
    }

    private var failures: SlidingWindow
    private var streak = 0
    private var ejections: UInt64 = 0
    /// When the last ejection ends or ended; zero before the first.
    public private(set) var ejectedUntil: Nanoseconds = 0
    /// The time from which successes count.
    public private(set) var countsFrom: Nanoseconds = 0

    /// A detector that has seen nothing.
    ///
    /// - Parameter settings: its thresholds.
    public init(_ settings: OutlierSettings) {
        self.settings = settings
        failures = SlidingWindow(window: settings.window)
    }

    /// Counts a gateway failure: 502, 503, 504, or no whole answer at all.
    ///
    /// - Parameters:
    ///   - successes: successes in the window since `countsFrom`.
    ///   - now: the time.
    /// - Returns: whether the endpoint should be ejected. Call `eject` if nothing speaks against it.
    public mutating func recordFailure(successes: Int, now: Nanoseconds) -> Bool {
        guard settings.isEnabled, now >= ejectedUntil else { return false }
        streak += 1
        failures.add(now: now)
        if streak >= settings.consecutiveFailures { return true }
        let failed = failures.count(now: now)
        let requests = failed + successes
        return requests >= settings.minRequests && Double(failed) >= settings.errorRate * Double(requests)
    }

    /// Forgets the failures in a row: a request succeeded in between, and told nobody.
    public mutating func endStreak() { streak = 0 }

    /// Ejects the endpoint. The n-th ejection in a row lasts n times as long, up to the longest; an endpoint that
    /// stayed for the longest ejection without another one starts anew.
    ///
    /// - Returns: when the ejection ends.
    public mutating func eject(now: Nanoseconds) -> Nanoseconds {
        if now.elapsed(since: ejectedUntil) >= settings.maxEjection { ejections = 0 }
        ejections += 1
        let length = min(settings.ejection.multipliedSaturated(by: ejections), settings.maxEjection)
        ejectedUntil = now.addingSaturated(length)
        countsFrom = ejectedUntil
        failures.reset()
        streak = 0
        return ejectedUntil
    }

    /// Ends an ejection and forgets all failures: the endpoint's process was replaced.
    public mutating func reset(now: Nanoseconds) {
        failures.reset()
        streak = 0
        ejectedUntil = min(ejectedUntil, now)
        countsFrom = now
    }
}
