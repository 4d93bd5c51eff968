import Testing

@testable import Policy

@Suite struct RetryTests {
    @Test(arguments: [(0, 3), (15, 3), (20, 4), (1000, 200)])
    func `retries are a fifth of the requests, and three in any case`(requests: Int, allowed: Int) {
        var budget = RetryBudget(RetryBudgetSettings())
        let taken = (0..<500).count { _ in budget.take(requests: requests, now: seconds(50)) }
        #expect(taken == allowed)
        #expect([59, 60].map { budget.take(requests: requests, now: seconds($0)) } == [false, true])
    }

    @Test func `delays double up to the cap and are anything up to that`() {
        let backoff = Backoff(RetrySettings().backoff)
        #expect((-1..<7).map { backoff.ceiling(attempt: $0) / 1_000_000 } == [25, 25, 50, 100, 200, 250, 250, 250])
        #expect(backoff.ceiling(attempt: .max) == 250_000_000)
        var random = SplitMix(seed: 2)
        let delays = (0..<1000).map { _ in backoff.delay(attempt: 2, random: &random) }
        #expect(delays.allSatisfy { $0 <= 100_000_000 })
        #expect(delays.contains { $0 < 10_000_000 } && delays.contains { $0 > 90_000_000 })
        #expect(Backoff(BackoffSettings(base: .max, cap: .max)).ceiling(attempt: 3) == .max)
    }

    @Test func `intervals vary by a tenth to either side`() {
        var random = SplitMix(seed: 2)
        let intervals = (0..<1000).map { _ in Jitter.spread(seconds(5), by: 0.1, random: &random) }
        #expect(intervals.allSatisfy { $0 >= seconds(4.5) && $0 <= seconds(5.5) })
        #expect(intervals.contains { $0 < seconds(4.6) } && intervals.contains { $0 > seconds(5.4) })
        #expect(Jitter.spread(seconds(5), by: 0, random: &random) == seconds(5))
    }
}
