public import Bytes

/// How many connections to one endpoint rest, and how long.
public struct PoolLimits: Equatable, Sendable {
    /// Idle connections beyond which returned ones are closed.
    public var connections: Int
    /// How long a connection may rest.
    public var idleTimeout: Nanoseconds

    /// Defaults: 256 connections, 60 s.
    public init(connections: Int = 256, idleTimeout: Nanoseconds = 60_000_000_000) {
        self.connections = connections
        self.idleTimeout = idleTimeout
    }
}

/// Which connections rest, and since when: the decisions of a pool, without a socket.
///
/// The connection used last is reused first, so that a pool which grew for a peak shrinks again.
public struct PoolState<Connection> {
    private struct Resting {
        let connection: Connection
        let since: Instant
    }

    private struct Slot {
        var limits: PoolLimits
        var resting: [Resting] = []
    }

    /// By key: keys are small numbers, given out one after the other.
    private var slots: [Slot] = []
    /// What holds where nothing else is said.
    private let limits: PoolLimits

    /// An empty pool.
    public init(limits: PoolLimits = PoolLimits()) {
        self.limits = limits
    }

    /// How many connections rest.
    public var count: Int { slots.reduce(0) { $0 + $1.resting.count } }

    /// What holds for the connections of `key`.
    public func limits(of key: Int) -> PoolLimits { key < slots.count ? slots[key].limits : limits }

    /// Takes out the connection to reuse for `key`.
    public mutating func take(_ key: Int) -> Connection? {
        key < slots.count ? slots[key].resting.popLast()?.connection : nil
    }

    /// Puts a connection to rest; false when it is to be closed instead.
    public mutating func put(_ connection: Connection, for key: Int, at now: Instant) -> Bool {
        makeSlot(key)
        guard slots[key].resting.count < slots[key].limits.connections else { return false }
        slots[key].resting.append(Resting(connection: connection, since: now))
        return true
    }

    /// Takes out what has rested too long, or is no longer fit by `isDead`.
    public mutating func sweep(at now: Instant, isDead: (Connection) -> Bool) -> [Connection] {
        var removed: [Connection] = []
        for key in slots.indices where !slots[key].resting.isEmpty {
            let idleTimeout = slots[key].limits.idleTimeout
            slots[key].resting.removeAll { entry in
                let isDue = now - entry.since >= idleTimeout || isDead(entry.connection)
                if isDue { removed.append(entry.connection) }
                return isDue
            }
        }
        return removed
    }

    /// Sets the limits of the keys that there are, and takes out what is kept for others.
    public mutating func adopt(_ all: [Int: PoolLimits]) -> [Connection] {
        for key in all.keys { makeSlot(key) }
        var removed: [Connection] = []
        for key in slots.indices {
            slots[key].limits = all[key] ?? limits
            if all[key] == nil { removed += removeAll(of: key) }
        }
        return removed
    }

    /// Takes out everything kept for `key`, or for every key.
    public mutating func removeAll(of key: Int? = nil) -> [Connection] {
        var removed: [Connection] = []
        for index in slots.indices where key == nil || index == key {
            removed.append(contentsOf: slots[index].resting.map(\.connection))
            slots[index].resting = []
        }
        return removed
    }

    private mutating func makeSlot(_ key: Int) {
        while key >= slots.count { slots.append(Slot(limits: limits)) }
    }
}
