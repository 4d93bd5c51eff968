/// A point in monotonic time, in nanoseconds since an epoch that means nothing (CLOCK_MONOTONIC).
///
/// Every deadline is an `Instant`: wall-clock jumps must not fire or stall timers. Arithmetic saturates, so that
/// "never" stays never.
public struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since the clock's epoch.
    public var nanoseconds: UInt64

    /// - Parameter nanoseconds: nanoseconds since the clock's epoch.
    @inlinable
    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// Later than every deadline.
    public static let never = Instant(nanoseconds: .max)

    /// The instant `interval` nanoseconds later, at most `never`.
    @inlinable
    public static func + (instant: Instant, interval: Nanoseconds) -> Instant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(interval)
        return Instant(nanoseconds: overflow ? .max : sum)
    }

    /// Nanoseconds from `earlier` to `later`, zero when `earlier` is not earlier.
    @inlinable
    public static func - (later: Instant, earlier: Instant) -> Nanoseconds {
        later.nanoseconds > earlier.nanoseconds ? later.nanoseconds - earlier.nanoseconds : 0
    }

    /// Orders by time.
    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

/// A length of time in nanoseconds, as the request path counts it: one machine word, where `Duration` has two.
public typealias Nanoseconds = UInt64

extension Duration {
    /// This duration in nanoseconds: zero when negative, saturating after 584 years.
    public var nanoseconds: Nanoseconds {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : whole + UInt64(attoseconds / 1_000_000_000)
    }
}
