/// Exponential backoff.
public struct Backoff: Hashable, Sendable {
    /// Its first and longest delay.
    public let settings: BackoffSettings

    /// - Parameter settings: its first and longest delay.
    public init(_ settings: BackoffSettings) {
        self.settings = settings
    }

    /// The longest delay before a repetition: doubled each time, up to the cap. For processes that are started again.
    ///
    /// - Parameter attempt: repetitions made so far.
    public func ceiling(attempt: Int) -> Nanoseconds {
        let factor: UInt64 = 1 << UInt64(min(max(attempt, 0), 62))
        return min(settings.base.multipliedSaturated(by: factor), settings.cap)
    }

    /// A delay with full jitter, anything up to the ceiling, so that clients that failed together do not return
    /// together. For requests.
    ///
    /// - Parameters:
    ///   - attempt: repetitions made so far.
    ///   - random: where chance comes from.
    public func delay(attempt: Int, random: inout some RandomNumberGenerator) -> Nanoseconds {
        UInt64.random(in: 0...ceiling(attempt: attempt), using: &random)
    }
}

/// Spreads periodic work, so that it does not fall into step.
public enum Jitter {
    /// `interval`, lengthened or shortened by at most the share `jitter` of it.
    public static func spread(
        _ interval: Nanoseconds, by jitter: Double, random: inout some RandomNumberGenerator
    ) -> Nanoseconds {
        let share = min(max(jitter, 0), 1)
        let span = UInt64(Double(min(interval, .max / 4)) * share)
        return interval - min(span, interval) + UInt64.random(in: 0...span * 2, using: &random)
    }
}
