/// The share of its weight that an endpoint gets while it warms up: from a tenth, in a straight line, to all of it.
public enum SlowStart {
    /// The share of an endpoint that is warm.
    public static let full: UInt64 = 256
    private static let least: UInt64 = full / 10

    /// The share at a point in time, in 1/256.
    ///
    /// - Parameters:
    ///   - since: when the endpoint came up; zero if it always was.
    ///   - now: the time.
    ///   - duration: how long it takes to warm up.
    public static func share(since: Nanoseconds, now: Nanoseconds, duration: Nanoseconds) -> UInt64 {
        guard since > 0, duration > 0 else { return full }
        let age = now.elapsed(since: since)
        guard age < duration else { return full }
        // Age is less than the duration, so scaling both down keeps their ratio and cannot overflow.
        let step = max(duration / full, 1)
        return min(max(age / step, least), full)
    }
}
