import Bytes
import Testing

@testable import Transport

@Suite struct PoolStateTests {
    /// What a pool is, said as plainly as possible.
    private struct Model {
        var resting: [(connection: Int, key: Int, since: Instant)] = []
        let limit: Int
        let idleTimeout: Nanoseconds

        mutating func take(_ key: Int) -> Int? {
            guard let index = resting.lastIndex(where: { $0.key == key }) else { return nil }
            return resting.remove(at: index).connection
        }

        mutating func put(_ connection: Int, for key: Int, at now: Instant) -> Bool {
            guard resting.filter({ $0.key == key }).count < limit else { return false }
            resting.append((connection, key, now))
            return true
        }

        mutating func removeAll(where isOut: (Int, Int, Instant) -> Bool) -> Set<Int> {
            let removed = resting.filter { isOut($0.connection, $0.key, $0.since) }.map(\.connection)
            resting.removeAll { isOut($0.connection, $0.key, $0.since) }
            return Set(removed)
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `a pool does what its model does`(seed: UInt64) {
        var random = Random(seed: seed)
        let limit = Int.random(in: 0...5, using: &random)
        let idleTimeout = Nanoseconds.random(in: 0...50, using: &random)
        var pool = PoolState<Int>(limits: PoolLimits(connections: limit, idleTimeout: idleTimeout))
        var model = Model(limit: limit, idleTimeout: idleTimeout)
        var now = Instant(nanoseconds: 0)
        var next = 0
        for _ in 0..<500 {
            now = now + Nanoseconds.random(in: 0...10, using: &random)
            let key = Int.random(in: 0...3, using: &random)
            switch Int.random(in: 0...9, using: &random) {
            case 0...4:
                #expect(pool.put(next, for: key, at: now) == model.put(next, for: key, at: now))
                next += 1
            case 5...7: #expect(pool.take(key) == model.take(key))
            case 8:
                let isDead = { (connection: Int) in connection % 7 == 0 }
                let removed = model.removeAll { connection, _, since in
                    isDead(connection) || now - since >= idleTimeout
                }
                #expect(Set(pool.sweep(at: now, isDead: isDead)) == removed)
            default:
                let which = Bool.random(using: &random) ? key : nil
                let removed = model.removeAll { _, key, _ in which == nil || key == which }
                #expect(Set(pool.removeAll(of: which)) == removed)
            }
            #expect(pool.count == model.resting.count)
        }
    }

    @Test func `each endpoint has its limits, and one that is gone keeps nothing`() {
        let now = Instant(nanoseconds: 0)
        var pool = PoolState<Int>()
        for (connection, key) in [(1, 1), (2, 2), (3, 2)] { _ = pool.put(connection, for: key, at: now) }
        let gone = pool.adopt([2: PoolLimits(connections: 2, idleTimeout: 10), 9: PoolLimits()])
        #expect(gone == [1])
        let (isFourthKept, isFifthKept) = (pool.put(4, for: 2, at: now), pool.put(5, for: 9, at: now))
        #expect(!isFourthKept)
        #expect(isFifthKept)
        let due = pool.sweep(at: now + 10) { _ in false }
        #expect(due == [2, 3])
        #expect(pool.count == 1)
    }
}
