public import Bytes

/// Which connections rest, and since when: the decisions of a pool, without a socket.
///
/// The connection used last is reused first, so that a pool which grew for a peak shrinks again.
public struct PoolState<Connection> {
    private struct Resting {
        let connection: Connection
        let since: Instant
    }

    /// By key: keys are small numbers, given out one after the other.
    private var resting: [[Resting]] = []
    /// Idle connections per endpoint beyond which returned ones are closed.
    public let limit: Int
    /// How long a connection may rest.
    public let idleTimeout: Nanoseconds

    /// An empty pool.
    public init(limit: Int, idleTimeout: Nanoseconds) {
        self.limit = limit
        self.idleTimeout = idleTimeout
    }

    /// How many connections rest.
    public var count: Int { resting.reduce(0) { $0 + $1.count } }

    /// Takes out the connection to reuse for `key`.
    public mutating func take(_ key: Int) -> Connection? {
        key < resting.count ? resting[key].popLast()?.connection : nil
    }

    /// Puts a connection to rest; false when it is to be closed instead.
    public mutating func put(_ connection: Connection, for key: Int, at now: Instant) -> Bool {
        while key >= resting.count { resting.append([]) }
        guard resting[key].count < limit else { return false }
        resting[key].append(Resting(connection: connection, since: now))
        return true
    }

    /// Takes out what has rested too long, or is no longer fit by `isDead`.
    public mutating func sweep(at now: Instant, isDead: (Connection) -> Bool) -> [Connection] {
        var removed: [Connection] = []
        for key in resting.indices where !resting[key].isEmpty {
            resting[key].removeAll { entry in
                let isDue = now - entry.since >= idleTimeout || isDead(entry.connection)
                if isDue { removed.append(entry.connection) }
                return isDue
            }
        }
        return removed
    }

    /// Takes out everything kept for `key`, or for every key.
    public mutating func removeAll(of key: Int? = nil) -> [Connection] {
        var removed: [Connection] = []
        for each in resting.indices where key == nil || each == key {
            removed.append(contentsOf: resting[each].map(\.connection))
            resting[each] = []
        }
        return removed
    }
}
