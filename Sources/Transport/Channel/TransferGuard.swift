public import Bytes

/// How long a peer may take to send or take a body: a pause ends it, and so does a crawl (slow loris, slow read).
public struct TransferLimits: Equatable, Sendable {
    /// The longest pause without a byte.
    public var idleTimeout: Nanoseconds
    /// Bytes per second, over the time spent waiting for the peer.
    public var minimumRate: UInt64
    /// Time spent waiting before the rate counts.
    public var grace: Nanoseconds

    /// Defaults: 30 s of silence, 240 bytes per second after 10 s of waiting.
    public init(
        idleTimeout: Nanoseconds = 30_000_000_000, minimumRate: UInt64 = 240, grace: Nanoseconds = 10_000_000_000
    ) {
        self.idleTimeout = idleTimeout
        self.minimumRate = minimumRate
        self.grace = grace
    }
}

/// Holds one direction of one exchange to its `TransferLimits`. Only time spent waiting for the peer counts: what is slow
/// because of us, or of the other side of a proxied exchange, is not the peer's fault.
public struct TransferGuard: Sendable {
    private var waited: Nanoseconds = 0
    private var moved: UInt64 = 0
    /// The longest pause of a stream of messages, whatever the limits say: each is sent when there is something to say,
    /// and no rate can be asked for.
    public var longestPause: Nanoseconds?

    /// A guard that has seen nothing.
    public init() {}

    /// Takes note of bytes moved.
    @inlinable
    public mutating func didMove(_ count: Int) { add(UInt64(count)) }

    @usableFromInline
    mutating func add(_ count: UInt64) { moved &+= count }

    /// When a wait that starts at `now` must end: the pause, or the moment at which the rate would fall too low.
    public func deadline(from now: Instant, limits: TransferLimits) -> Instant {
        if let longestPause { return now + longestPause }
        let idle = now + limits.idleTimeout
        guard limits.minimumRate > 0 else { return idle }
        let earned = (moved / limits.minimumRate).multipliedReportingOverflow(by: 1_000_000_000)
        let allowed = earned.overflow ? .max : earned.partialValue
        let (budget, overflow) = allowed.addingReportingOverflow(limits.grace)
        if overflow { return idle }
        return min(idle, now + (budget > waited ? budget - waited : 0))
    }

    /// Takes note of a wait that ended.
    public mutating func didWait(from start: Instant, to end: Instant) {
        waited &+= end - start
    }
}
