import Bytes
import Glibc
import Telemetry
import Testing

/// Runs `body` on `count` threads at once and waits for all of them.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) async {
    await withTaskGroup(of: Void.self) { group in
        for index in 0..<count { group.addTask { body(index) } }
    }
}

@Suite struct CounterTests {
    private let registry = MetricRegistry(shards: 4)

    @Test func `shards and other threads add up while a scraper reads`() async {
        let counter = registry.counter("a_total", help: "A.")
        let gauge = registry.gauge("b", help: "B.")
        let histogram = registry.histogram("c_seconds", help: "C.")
        let requests = registry.requestCounter("d_total", help: "D.")
        let registry = registry
        await onThreads(7) { thread in
            for round in 0..<20_000 {
                switch thread {
                case 0..<4:
                    counter.add(shard: thread)
                    gauge.add(thread % 2 == 0 ? 2 : -1, shard: thread)
                    histogram.observe(UInt64(round) * 1000, shard: thread)
                    requests.record(method: round % 10, status: 200 + round % 30, shard: thread)
                case 4, 5: counter.add(3)
                default:
                    guard round % 500 == 0 else { continue }
                    var buffer = ByteBuffer()
                    registry.render(into: &buffer)
                }
            }
        }
        #expect(counter.value == 4 * 20_000 + 2 * 3 * 20_000)
        #expect(gauge.value == 40_000)
        #expect(histogram.snapshot.count == 80_000)
        #expect(histogram.snapshot.sum == 799_960_000_000)
        #expect(requests.values.map(\.count).reduce(0, +) == 80_000)
        #expect(requests.values.count == 30)
    }

    @Test(
        arguments: [(0, 0), (1_000_000, 0), (1_000_001, 1), (9_999_999_999, 12), (10_000_000_001, 13), (.max, 13)]
            as [(Nanoseconds, Int)])
    func `a bound belongs to its bucket`(duration: Nanoseconds, bucket: Int) {
        let histogram = registry.histogram("x_seconds", help: "X.")
        histogram.observe(duration, shard: 0)
        let counts = histogram.snapshot.counts
        #expect(counts.count == 14)
        #expect(counts.firstIndex(of: 1) == bucket)
    }

    @Test func `a request counter tells method and status apart and forgives what is out of range`() {
        let requests = registry.requestCounter("r_total", help: "R.")
        for _ in 0..<3 { requests.record(method: 0, status: 200, shard: 0) }
        requests.record(method: 0, status: 200, shard: 3)
        requests.record(method: 2, status: 201, shard: 1)
        requests.record(method: 99, status: 200, shard: 1)
        requests.record(method: -1, status: -5, shard: 1)
        #expect(
            requests.values.map { "\($0.method) \($0.status) \($0.count)" } == [
                "GET 200 4", "POST 201 1", "other 0 1", "other 200 1",
            ])
    }

    @Test func `a histogram of many shards is the sum of theirs`() {
        let merged = registry.histogram("m_seconds", help: "M.", buckets: HistogramBuckets([10, 20]))
        for (shard, duration) in [5, 15, 25, 10, 20].enumerated() { merged.observe(UInt64(duration), shard: shard % 4) }
        #expect(merged.snapshot.counts == [2, 2, 1])
        #expect(merged.snapshot.sum == 75)
    }
}
