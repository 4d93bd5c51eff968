/// Counts by one label whose values are known when it is made, such as the reasons of refusals; cells are made when a
/// value is first seen.
public final class ChoiceCounter: Sendable {
    @usableFromInline let cells: KeyedCells
    @usableFromInline let names: [String]
    let label: String

    init(shards: Int, label: String, names: [String]) {
        cells = KeyedCells(shards: shards)
        self.label = label
        self.names = names
    }

    /// Adds one for the value with this index, on the event loop that owns `shard`. Takes no lock, and allocates only
    /// for a new value.
    @inlinable
    public func add(_ index: Int, shard: Int) {
        precondition(index >= 0 && index < names.count, "no such value")
        cells.increment(UInt32(truncatingIfNeeded: index), shard: shard)
    }

    /// The counts by value, as of about now.
    public var values: [(name: String, count: UInt64)] {
        cells.sums().sorted { $0.key < $1.key }.map { (names[Int($0.key)], $0.value) }
    }
}
