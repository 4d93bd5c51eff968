/// A count that only grows, named `..._total`.
public final class Counter: Sendable {
    @usableFromInline let cells: ShardedCells

    init(shards: Int) {
        cells = ShardedCells(shards: shards, width: 1)
    }

    /// Adds `amount` on the event loop that owns `shard`.
    @inlinable
    public func add(_ amount: UInt64 = 1, shard: Int) {
        cells.add(amount, to: 0, shard: shard)
    }

    /// Adds `amount` on a thread that is no event loop.
    public func add(_ amount: UInt64 = 1) {
        cells.add(amount, to: 0)
    }

    /// The sum over all threads, as of about now.
    public var value: UInt64 { cells.sum(of: 0) }
}
