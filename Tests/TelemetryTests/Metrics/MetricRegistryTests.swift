import Bytes
import Telemetry
import Testing

@Suite struct MetricRegistryTests {
    private let registry = MetricRegistry(shards: 2)

    private func text() -> String {
        var buffer = ByteBuffer()
        registry.render(into: &buffer)
        return buffer.readable.text
    }

    @Test func `families are shown sorted, with one HELP and TYPE each`() {
        registry.counter("b_total", help: "Counts \\ and\nbreaks.", ["path": "a\"b\\c\nd"]).add(2, shard: 1)
        registry.counter("b_total", help: "Counts.", ["path": "A"]).add(shard: 0)
        registry.gauge("a", help: "Goes up and down.").add(-3)
        #expect(
            text() == #"""
                # HELP a Goes up and down.
                # TYPE a gauge
                a -3
                # HELP b_total Counts \\ and\nbreaks.
                # TYPE b_total counter
                b_total{path="A"} 1
                b_total{path="a\"b\\c\nd"} 2

                """#)
    }

    @Test func `a histogram is shown in seconds with accumulated buckets`() {
        let buckets = HistogramBuckets([1_000_000, 2_500_000])
        let histogram = registry.histogram("h_seconds", help: "H.", ["route": "r"], buckets: buckets)
        #expect(text() == "")
        histogram.observe(500_000, shard: 0)
        histogram.observe(2_000_000, shard: 1)
        histogram.observe(3_000_000_000, shard: 1)
        #expect(
            text() == """
                # HELP h_seconds H.
                # TYPE h_seconds histogram
                h_seconds_bucket{route="r",le="0.001"} 1
                h_seconds_bucket{route="r",le="0.0025"} 2
                h_seconds_bucket{route="r",le="+Inf"} 3
                h_seconds_sum{route="r"} 3.0025
                h_seconds_count{route="r"} 3

                """)
    }

    @Test func `the same labels give the same metric, also after a reload`() {
        let first = registry.counter("c_total", help: "C.", ["route": "a"])
        first.add(5)
        #expect(registry.counter("c_total", help: "C.", ["route": "a"]) === first)
        #expect(registry.counter("c_total", help: "C.", ["route": "b"]) !== first)
    }

    @Test func `removed series go away and the others stay`() {
        for route in ["a", "b"] { registry.counter("c_total", help: "C.", ["route": route]).add() }
        registry.gauge("g", help: "G.").add(1)
        registry.removeSeries { $0["route"].map { $0 == "a" } ?? false }
        #expect(!text().contains(#"route="a""#))
        #expect(text().contains(#"c_total{route="b"} 1"#))
        #expect(text().contains("g 1"))
        registry.removeSeries { $0["route"] != nil }
        #expect(!text().contains("c_total"))
    }

    @Test func `observed families read when they are scraped`() {
        registry.observe("o_total", .counter, help: "O.") { [Sample(7)] }
        registry.observe("o_ratio", help: "O.") {
            [Sample(0.25, ["k": "v"]), Sample(.infinity, ["k": "w"]), Sample(.nan, ["k": "x"]), Sample(-2)]
        }
        #expect(text().contains("# TYPE o_total counter\no_total 7\n"))
        for line in ["o_ratio{k=\"v\"} 0.25", "o_ratio{k=\"w\"} +Inf", "o_ratio{k=\"x\"} NaN", "o_ratio -2"] {
            #expect(text().contains(line + "\n"))
        }
        registry.observe("o_ratio", help: "O.") { [] }
        #expect(!text().contains("o_ratio"))
    }
}
