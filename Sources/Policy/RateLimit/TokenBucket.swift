/// One token bucket, as a value: for limits that a single owner keeps, like accepts of one listener.
public struct TokenBucket: Hashable, Sendable {
    /// The rate and burst.
    public let policy: RateLimitPolicy
    /// The theoretical arrival time in ticks; a bucket starts full.
    @usableFromInline var arrival: UInt64 = 0

    /// A full bucket.
    public init(_ policy: RateLimitPolicy) {
        self.policy = policy
    }

    /// Takes `cost` tokens if the bucket holds them.
    @inlinable
    public mutating func take(now: Nanoseconds, cost: UInt64 = 1) -> Admission {
        let decision = policy.decide(arrival: arrival, now: RateLimitPolicy.ticks(at: now), cost: cost)
        arrival = decision.arrival
        return decision.admission
    }
}
