extension RateLimitPolicy {
    /// The latest time that is told apart, so that no sum with a bucket's filling time overflows.
    @usableFromInline static let lastTick: UInt64 = 3 << 62

    /// The ticks at a point in time.
    @inlinable
    static func ticks(at now: Nanoseconds) -> UInt64 {
        min(now.multipliedSaturated(by: ticksPerNanosecond), lastTick)
    }

    /// What a bucket does with a request.
    ///
    /// - Parameters:
    ///   - arrival: the bucket's theoretical arrival time in ticks, zero for a bucket never used.
    ///   - now: the time in ticks.
    ///   - cost: tokens that the request takes.
    /// - Returns: the answer, and the theoretical arrival time if it is to pass.
    @inlinable
    func decide(arrival: UInt64, now: UInt64, cost: UInt64) -> (admission: Admission, arrival: UInt64) {
        let start = max(arrival, now)
        let after = cost <= burst ? start + cost * tokenTicks : .max
        let full = now + burstTicks
        if after <= full {
            return (admission(true, ahead: after - now, retry: 0), after)
        }
        // Another loop's clock may run ahead of ours, and its bucket then lies further ahead than a burst.
        let ahead = min(start - now, burstTicks)
        return (admission(false, ahead: ahead, retry: cost <= burst ? after - full : burstTicks), arrival)
    }

    @inlinable
    func admission(_ allowed: Bool, ahead: UInt64, retry: UInt64) -> Admission {
        Admission(
            allowed: allowed,
            remaining: Int(clamping: (burstTicks - ahead) / tokenTicks),
            limit: Int(clamping: burst),
            resetAfter: Self.nanoseconds(ahead),
            retryAfter: Self.nanoseconds(retry))
    }

    /// Rounds up: whoever waits as long as told must pass.
    @inlinable
    static func nanoseconds(_ ticks: UInt64) -> Nanoseconds {
        ticks / ticksPerNanosecond + (ticks % ticksPerNanosecond == 0 ? 0 : 1)
    }
}
