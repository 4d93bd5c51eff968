import Testing

@testable import Policy

@Suite struct TokenBucketTests {
    @Test(arguments: [
        (20, 1.0, 40), (5, 60.0, 5), (3, 1.0, 1), (7, 60.0, 2), (100_000_000, 1.0, 100_000_000), (1, 86_400.0, 3),
        (30_000, 1.0, 100), (1_000_000_000, 1.0, 10),
    ])
    func `a bucket holds its burst and then exactly its rate`(tokens: UInt64, interval: Double, burst: UInt64) throws {
        let policy = try #require(RateLimitPolicy(tokens: tokens, per: seconds(interval), burst: burst))
        var bucket = TokenBucket(policy)
        let start = seconds(1_000_000)
        #expect(bucket.take(now: start, cost: burst).allowed)
        let refusal = bucket.take(now: start)
        #expect(!refusal.allowed && refusal.remaining == 0 && refusal.limit == Int(burst))
        #expect(!bucket.take(now: start + refusal.retryAfter - 1).allowed)
        let admitted = bucket.take(now: start + refusal.retryAfter)
        #expect(admitted.allowed && admitted.retryAfter == 0)
        let exact = Double(policy.interval) / Double(tokens)
        #expect(abs(Double(refusal.retryAfter) - exact) <= 1)
    }

    @Test func `over a minute a busy bucket admits burst plus rate times time`() throws {
        let policy = try #require(RateLimitPolicy(tokens: 30, per: seconds(1), burst: 50))
        var bucket = TokenBucket(policy)
        var admitted = 0
        for step in 0...6000 where bucket.take(now: seconds(5) + UInt64(step) * 10_000_000).allowed { admitted += 1 }
        #expect(admitted == 50 + 30 * 60)
    }

    @Test func `the answer says what is left and when it is full`() throws {
        let policy = try #require(RateLimitPolicy(tokens: 10, per: seconds(1), burst: 20))
        var bucket = TokenBucket(policy)
        let first = bucket.take(now: seconds(3))
        #expect(first.remaining == 19 && first.resetAfter == seconds(0.1))
        let costly = bucket.take(now: seconds(3), cost: 19)
        #expect(costly.allowed && costly.remaining == 0 && costly.resetAfter == seconds(2))
        #expect(bucket.take(now: seconds(3)).retryAfter == seconds(0.1))
        #expect(bucket.take(now: seconds(4)).remaining == 9)
    }

    @Test func `a request that costs more than a burst never passes`() throws {
        let policy = try #require(RateLimitPolicy(tokens: 10, per: seconds(1), burst: 20))
        var bucket = TokenBucket(policy)
        let refusal = bucket.take(now: seconds(3), cost: .max)
        #expect(!refusal.allowed && refusal.retryAfter == seconds(2))
        #expect(bucket.take(now: seconds(3), cost: 20).allowed)
    }

    @Test func `a clock that lags behind costs nothing and admits nothing more`() throws {
        let policy = try #require(RateLimitPolicy(tokens: 1, per: seconds(1), burst: 2))
        var bucket = TokenBucket(policy)
        #expect(bucket.take(now: seconds(10), cost: 2).allowed)
        let late = bucket.take(now: seconds(9))
        #expect(!late.allowed && late.retryAfter == seconds(2) && late.remaining == 0)
    }

    @Test func `the end of time traps nothing`() throws {
        let policy = try #require(RateLimitPolicy(tokens: 1, per: seconds(60), burst: 500_000))
        var bucket = TokenBucket(policy)
        #expect(bucket.take(now: .max, cost: 500_000).allowed)
        #expect(!bucket.take(now: .max).allowed)
    }

    @Test(
        arguments: [
            (0, 1, 1), (1, 0, 1), (1, 1, 0), (1, UInt64.max, 1), (1, 1, UInt64.max), (1, 3_600_000_000_000, 1_000_000),
        ] as [(UInt64, UInt64, UInt64)])
    func `a policy that makes no sense is refused`(tokens: UInt64, interval: Nanoseconds, burst: UInt64) {
        let policy = RateLimitPolicy(tokens: tokens, per: interval, burst: burst)
        #expect(policy == nil)
    }
}
