public import Bytes

/// How long a process that ended waits before it is started again: longer each time, until it has run well for a while.
public struct RestartBackoff: Hashable, Sendable {
    /// The first wait.
    public var initial: Nanoseconds = 100_000_000
    /// The longest wait.
    public var maximum: Nanoseconds = 30_000_000_000
    /// A process that runs this long runs well.
    public var wellAfter: Nanoseconds = 10_000_000_000
    /// So many ends in a row without running well are a crash loop.
    public var crashLoop = 3

    /// The defaults: 0.1 s, doubling to 30 s, over after 10 s.
    public init() {}

    /// The wait after an end, when `earlier` ones came before it in the row.
    func delay(afterEarlier earlier: Int) -> Nanoseconds {
        let (delay, overflow) = initial.multipliedReportingOverflow(by: 1 << UInt64(min(max(earlier, 0), 40)))
        return overflow ? maximum : min(delay, maximum)
    }
}
