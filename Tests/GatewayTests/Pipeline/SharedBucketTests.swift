import Bytes
import Policy
import Reactor
import Testing

@testable import Gateway

@Suite struct SharedBucketTests {
    @Test func `a loop that is behind in time refuses nobody for what others took since`() throws {
        let table = TokenBucketTable(capacity: 16)
        let policy = try #require(RateLimitPolicy(tokens: 1000, per: 1_000_000_000, burst: 1))
        // It does not turn, so its time stands still.
        let loop = try EventLoop(index: 0)
        func wait(_ interval: UInt64) {
            let start = loop.readClock()
            while loop.readClock() - start < interval {}
        }
        wait(20_000_000)
        #expect(table.take(key: 7, policy: policy, now: loop.readClock().nanoseconds).allowed)
        wait(2_000_000)
        #expect(!table.take(key: 7, policy: policy, now: loop.now.nanoseconds).allowed)
        #expect(RateLimiting.take(7, policy, from: table, on: loop).allowed)
    }
}
