/// Bounds the retries of a service by a share of its requests, so that retries cannot multiply the load of a service
/// that is failing under it. A few are always allowed, or a quiet service could never retry.
public struct RetryBudget: Sendable {
    /// The share, the floor and the window. A changed window starts empty.
    public var settings: RetryBudgetSettings {
        didSet {
            if settings.window != oldValue.window { retries = SlidingWindow(window: settings.window) }
        }
    }

    private var retries: SlidingWindow

    /// - Parameter settings: the share, the floor and the window.
    public init(_ settings: RetryBudgetSettings) {
        self.settings = settings
        retries = SlidingWindow(window: settings.window)
    }

    /// Asks for a retry, and counts it if it is allowed.
    ///
    /// - Parameters:
    ///   - requests: requests in the same window.
    ///   - now: the time.
    public mutating func take(requests: Int, now: Nanoseconds) -> Bool {
        let allowed = max(Double(settings.floor), settings.ratio * Double(requests))
        guard Double(retries.count(now: now)) + 1 <= allowed else { return false }
        retries.add(now: now)
        return true
    }
}
