public import Bytes

/// The upper bounds of a histogram's buckets, ascending.
public struct HistogramBuckets: Hashable, Sendable {
    /// The bounds; what is longer than the last falls into a bucket without bound.
    public let bounds: [Nanoseconds]

    /// - Parameter bounds: ascending bounds.
    public init(_ bounds: [Nanoseconds]) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "buckets must ascend")
        self.bounds = bounds
    }

    /// From 1 ms to 10 s.
    public static let latency = HistogramBuckets(
        [
            1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
            10_000_000,
        ]
        .map { $0 * 1_000 })

    /// From 10 us to 10 s, for what the gateway itself adds.
    public static let overhead = HistogramBuckets(
        [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 1_000_000, 10_000_000]
            .map { $0 * 1_000 })
}

/// How long things took, counted in buckets.
public final class Histogram: Sendable {
    @usableFromInline let cells: ShardedCells
    @usableFromInline let bounds: [Nanoseconds]

    init(shards: Int, buckets: HistogramBuckets) {
        bounds = buckets.bounds
        cells = ShardedCells(shards: shards, width: buckets.bounds.count + 2)
    }

    /// Counts one duration on the event loop that owns `shard`.
    @inlinable
    public func observe(_ duration: Nanoseconds, shard: Int) {
        var bucket = 0
        while bucket < bounds.count, duration > bounds[bucket] { bucket += 1 }
        cells.add(1, to: bucket, shard: shard)
        cells.add(duration, to: bounds.count + 1, shard: shard)
    }

    /// What was counted, as of about now.
    public var snapshot: Snapshot {
        Snapshot(
            bounds: bounds, counts: (0...bounds.count).map { cells.sum(of: $0) }, sum: cells.sum(of: bounds.count + 1))
    }

    /// The content of a histogram at one moment.
    public struct Snapshot: Equatable, Sendable {
        /// The upper bounds of all buckets but the last.
        public let bounds: [Nanoseconds]
        /// How many durations each bucket has, not accumulated; the last has no bound.
        public let counts: [UInt64]
        /// The sum of all durations.
        public let sum: Nanoseconds

        /// How many durations were counted.
        public var count: UInt64 { counts.reduce(0, &+) }
    }
}
