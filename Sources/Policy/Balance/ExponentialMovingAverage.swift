/// An average of latencies that follows the last few, and fades while there are none, so that an endpoint that was slow
/// once is tried again.
public struct ExponentialMovingAverage: Hashable, Sendable {
    /// The average at the time of the last sample; zero before the first.
    public var value: Nanoseconds
    /// The time of the last sample.
    public var updated: Nanoseconds

    /// The average halves in this time without a sample.
    @usableFromInline static let halfLife: Nanoseconds = 5_000_000_000
    /// Longer latencies count as this.
    @usableFromInline static let longest: Nanoseconds = 3_600_000_000_000

    /// - Parameters:
    ///   - value: the average, zero before the first sample.
    ///   - updated: the time of the last sample.
    @inlinable
    public init(value: Nanoseconds = 0, updated: Nanoseconds = 0) {
        self.value = value
        self.updated = updated
    }

    /// Adds a sample. It counts for an eighth, for more the longer the last one is ago, and for all after a half-life.
    @inlinable
    public mutating func add(_ sample: Nanoseconds, now: Nanoseconds) {
        let sample = min(max(sample, 1), Self.longest)
        let age = min(now.elapsed(since: updated), Self.halfLife)
        let parts = value == 0 ? 1024 : max(age * 1024 / Self.halfLife, 128)
        value = max((min(value, Self.longest) * (1024 - parts) + sample * parts) / 1024, 1)
        updated = max(now, updated)
    }

    /// The average now, faded.
    @inlinable
    public func current(now: Nanoseconds) -> Nanoseconds {
        let age = now.elapsed(since: updated)
        if age < Self.halfLife / 16 { return value }
        let halvings = age / Self.halfLife
        guard halvings < 32 else { return 0 }
        // Between two halvings the average falls in a straight line.
        let halved = min(value, Self.longest) >> halvings
        return halved - halved * (age % Self.halfLife * 1024 / Self.halfLife) / 2048
    }
}
