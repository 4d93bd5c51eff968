import Bytes
import Policy

/// Charging token buckets.
func measureLimiting(_ bench: inout Bench) {
    let table = TokenBucketTable()
    let policy = RateLimitPolicy(tokens: 1000, per: 1_000_000_000, burst: 2000)!
    var now: UInt64 = 1_000_000_000
    bench.measure("take a token, one key") {
        now += 2_000_000
        use(table.take(key: 0x1234_5678_9abc_def0, policy: policy, now: now))
    }
    var key: UInt64 = 0
    bench.measure("take a token, 40,000 keys in turn") {
        now += 50
        key = (key + 1) % 40_000
        use(table.take(key: (key + 1) &* 0x9e37_79b9_7f4a_7c15, policy: policy, now: now))
    }
    let tight = RateLimitPolicy(tokens: 1, per: 3_600_000_000_000, burst: 1)!
    bench.measure("refuse for want of a token") {
        use(table.take(key: 0xfeed_beef_0000_0001, policy: tight, now: now))
    }
}
