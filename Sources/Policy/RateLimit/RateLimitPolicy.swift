/// A rate with a burst, as `20/s burst 40` writes it, and the arithmetic of its bucket.
///
/// The rule is GCRA, a token bucket kept in one word: the *theoretical arrival time*, the time at which the bucket
/// is full again. A request moves it forward by the time in which its tokens grow, and is refused when it would come
/// to lie further ahead of now than a whole burst takes to grow. Refused requests cost nothing.
///
/// Times are counted in ticks of 1/32 ns, so that rates that divide no nanosecond stay exact to one part in a million
/// up to 30,000 tokens per second, and to 0.4 % at 100 million. Ticks suffice for 13 years of uptime; later ones count
/// as that.
public struct RateLimitPolicy: Hashable, Sendable {
    /// Tokens that grow per interval.
    public let tokens: UInt64
    /// The interval.
    public let interval: Nanoseconds
    /// Tokens that a full bucket holds.
    public let burst: UInt64

    /// Ticks in which one token grows.
    @usableFromInline let tokenTicks: UInt64
    /// Ticks in which a full bucket grows.
    @usableFromInline let burstTicks: UInt64

    @usableFromInline static let ticksPerNanosecond: UInt64 = 32
    /// The longest time that a bucket may take to fill.
    @usableFromInline static let longestFill: Nanoseconds = .seconds(366 * 24 * 3600)

    /// - Parameters:
    ///   - tokens: tokens that grow per interval, at least 1. More than one per nanosecond count as one.
    ///   - interval: the interval, at least 1 ns.
    ///   - burst: tokens that a full bucket holds, at least 1; nil for as many as grow in an interval.
    /// - Returns: nil when a number is zero, or when an empty bucket would take more than 366 days to fill.
    public init?(tokens: UInt64, per interval: Nanoseconds, burst: UInt64? = nil) {
        let burst = burst ?? tokens
        guard tokens > 0, interval > 0, burst > 0 else { return nil }
        let wide = interval.multipliedFullWidth(by: Self.ticksPerNanosecond)
        guard wide.high < tokens else { return nil }
        let ticks = max(tokens.dividingFullWidth(wide).quotient, Self.ticksPerNanosecond)
        let (whole, overflow) = ticks.multipliedReportingOverflow(by: burst)
        guard !overflow, whole <= Self.longestFill * Self.ticksPerNanosecond else { return nil }
        self.tokens = tokens
        self.interval = interval
        self.burst = burst
        tokenTicks = ticks
        burstTicks = whole
    }
}
