/// A count that grows and shrinks, such as open connections. What goes up on one loop may come down on another.
public final class Gauge: Sendable {
    @usableFromInline let cells: ShardedCells

    init(shards: Int) {
        cells = ShardedCells(shards: shards, width: 1)
    }

    /// Adds `amount` on the event loop that owns `shard`.
    @inlinable
    public func add(_ amount: Int, shard: Int) {
        cells.add(UInt64(bitPattern: Int64(amount)), to: 0, shard: shard)
    }

    /// Adds `amount` on a thread that is no event loop.
    public func add(_ amount: Int) {
        cells.add(UInt64(bitPattern: Int64(amount)), to: 0)
    }

    /// The sum over all threads, as of about now.
    public var value: Int { Int(Int64(bitPattern: cells.sum(of: 0))) }
}
