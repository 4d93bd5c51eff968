/// Counts events over the recent past, in a ring of buckets.
public struct SlidingWindow: Sendable {
    private struct Bucket: Sendable {
        var number: UInt32
        var count: Int
    }

    private let clock: WindowClock
    private var ring = [Bucket](repeating: Bucket(number: 0, count: 0), count: WindowClock.buckets)

    /// - Parameter window: how far back events count.
    public init(window: Nanoseconds) {
        clock = WindowClock(window: window)
    }

    /// Counts events.
    public mutating func add(_ count: Int = 1, now: Nanoseconds) {
        let number = clock.bucket(at: now)
        let index = clock.index(of: number)
        if ring[index].number != number { ring[index] = Bucket(number: number, count: 0) }
        ring[index].count += count
    }

    /// Events in the window.
    public func count(now: Nanoseconds) -> Int {
        let current = clock.bucket(at: now)
        return ring.reduce(0) { clock.age(of: $1.number, at: current) == nil ? $0 : $0 + $1.count }
    }

    /// Forgets every event.
    public mutating func reset() {
        for index in ring.indices { ring[index].count = 0 }
    }
}
