/// Requests of one route by method and status: the only family whose labels are known late, so its cells are made when
/// a pair is first seen.
public final class RequestCounter: Sendable {
    @usableFromInline let cells: KeyedCells

    init(shards: Int) {
        cells = KeyedCells(shards: shards)
    }

    /// Counts one request on the event loop that owns `shard`. Takes no lock, and allocates only for a new pair.
    /// - Parameters:
    ///   - method: the index of the method in `methodNames`; what lies outside counts as the last.
    ///   - status: the status code; what lies outside 0...999 counts as 0.
    ///   - shard: the event loop's number.
    @inlinable
    public func record(method: Int, status: Int, shard: Int) {
        let method = UInt32(
            truncatingIfNeeded: method >= 0 && method < Self.methodCount ? method : Self.methodCount - 1)
        let status = UInt32(truncatingIfNeeded: status >= 0 && status < 1000 ? status : 0)
        cells.increment(method &* 1000 &+ status, shard: shard)
    }

    /// The counts by method and status, as of about now.
    public var values: [(method: String, status: Int, count: UInt64)] {
        cells.sums().sorted { $0.key < $1.key }.map { key, count in
            (Self.methodNames[Int(key / 1000)], Int(key % 1000), count)
        }
    }

    /// How many methods are told apart.
    @inlinable public static var methodCount: Int { 10 }

    /// The label of each method, by index. Unknown methods share one label: clients must not choose label values.
    public static let methodNames = [
        "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "other",
    ]
}
