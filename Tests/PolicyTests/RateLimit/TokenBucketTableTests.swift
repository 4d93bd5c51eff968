import Testing

@testable import Policy

@Suite struct TokenBucketTableTests {
    let policy = RateLimitPolicy(tokens: 1000, per: 1_000_000_000, burst: 100)!

    /// A key that falls into the set `set` of any table with up to 65,536 sets.
    func key(_ number: UInt64, set: UInt64 = 0) -> UInt64 { number | set << 32 }

    @Test func `keys have buckets of their own`() {
        let table = TokenBucketTable()
        #expect(table.capacity == 65_536)
        #expect(table.take(key: 1, policy: policy, now: 5, cost: 100).allowed)
        #expect(!table.take(key: 1, policy: policy, now: 5).allowed)
        #expect(table.take(key: 2, policy: policy, now: 5).remaining == 99)
        #expect(!table.take(key: 0, policy: policy, now: 5).allowed, "zero and one share a bucket")
        #expect(table.keyCount == 2)
    }

    @Test func `a full set loses the bucket that has been full for longest`() {
        let table = TokenBucketTable(capacity: 8)
        for number in 1...8 { _ = table.take(key: key(UInt64(number)), policy: policy, now: 0, cost: UInt64(number)) }
        #expect(table.keyCount == 8)
        #expect(table.take(key: key(9), policy: policy, now: 1).allowed)
        #expect(table.keyCount == 8)
        // The first was the closest to full; all others kept what they owe.
        for number in 2...8 {
            #expect(table.take(key: key(UInt64(number)), policy: policy, now: 0).remaining == 99 - number)
        }
    }

    @Test func `a flood of new keys does not make a bucket in debt forget`() {
        let table = TokenBucketTable(capacity: 8)
        let login = RateLimitPolicy(tokens: 5, per: 60_000_000_000)!
        for _ in 0..<5 { _ = table.take(key: key(1), policy: login, now: 1) }
        for number in 2..<10_000 { _ = table.take(key: key(UInt64(number)), policy: policy, now: UInt64(number)) }
        #expect(!table.take(key: key(1), policy: login, now: 10_000).allowed)
    }

    @Test(arguments: [1, 4, 16])
    func `threads together are admitted exactly burst plus rate times time`(keys: Int) {
        let table = TokenBucketTable(capacity: 4096)
        let admitted = (0..<keys).map { _ in Count() }
        let clock = Count()
        let threads = 4
        let takes = 30_000
        let start = seconds(1)
        // The keys share one set of eight, and the next one.
        @Sendable func take(_ index: Int, now: Nanoseconds) -> Bool {
            let key = key(UInt64(index) + 100, set: UInt64(index / 8))
            let isAllowed = table.take(key: key, policy: policy, now: now).allowed
            if isAllowed { admitted[index].next() }
            return isAllowed
        }
        for index in 0..<keys { _ = take(index, now: start) }
        onThreads(threads) { thread in
            var random = SplitMix(seed: UInt64(thread))
            for _ in 0..<takes {
                // Time moves on by a microsecond per take; every thread sees its own reading, in any order.
                let now = UInt64(clock.next()) * 1_000 + start
                _ = take(Int(random.next() % UInt64(keys)), now: now)
            }
        }
        let end = UInt64(threads * takes) * 1_000 + start
        for index in 0..<keys {
            while take(index, now: end) {}
            #expect(admitted[index].value == 100 + 120, "120 ms at 1000/s")
        }
    }

    @Test func `threads that insert the same keys share one bucket each`() {
        let threads = 4
        for round in 0..<20 {
            let table = TokenBucketTable(capacity: 1 << 12)
            let admitted = Count()
            onThreads(threads) { _ in
                for number in 0..<1000 {
                    let key = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(round)
                    for _ in 0..<40 where table.take(key: key, policy: policy, now: 1).allowed { admitted.next() }
                }
            }
            #expect(admitted.value == 1000 * 100)
        }
    }

    @Test func `threads that evict full buckets for the same keys share one bucket each`() {
        let table = TokenBucketTable(capacity: 8)
        let once = RateLimitPolicy(tokens: 1, per: 1_000, burst: 3)!
        let admitted = Count()
        let gate = (0..<2000).map { _ in Count() }
        onThreads(2) { _ in
            for number in 0..<2000 {
                // Both wait for each other, so that they insert at once; all older buckets are full by then.
                gate[number].next()
                while gate[number].value < 2 {}
                let now = UInt64(number + 1) * 1_000_000
                for _ in 0..<3 where table.take(key: key(UInt64(number) + 1), policy: once, now: now).allowed {
                    admitted.next()
                }
            }
        }
        #expect(admitted.value == 2000 * 3)
        #expect(table.keyCount == 8)
    }
}
