import Bytes
import Policy
import Reactor
import Testing

@testable import Gateway

@Suite struct UpstreamLeaseTests {
    @Test func `a lease holds a place until its end, whichever way it ends`() throws {
        let harness = UpstreamHarness("a")
        let endpoint = harness.endpoint("a")
        do {
            var lease = try harness.lease()
            #expect(endpoint.inFlight == 1)
            lease.report(.response(status: 200), latency: 5_000_000, now: harness.now)
            #expect(endpoint.inFlight == 1, "the body still flows")
            lease.report(.failure(.reset), latency: 1, now: harness.now)
            #expect(endpoint.latency(now: harness.now) == 5_000_000, "only the first report counts")
        }
        #expect(endpoint.inFlight == 0)
        let lease = try harness.lease()
        lease.finish(.cancelled, latency: 1, now: harness.now)
        #expect(endpoint.inFlight == 0)
        #expect(endpoint.latency(now: harness.now) == 5_000_000)
    }

    @Test func `no more requests than the limit are in flight on an endpoint`() throws {
        let harness = UpstreamHarness("ab") { $0.maxRequests = 1 }
        let first = try harness.lease()
        let second = try harness.lease(loop: 1)
        let names = [first.endpoint.name, second.endpoint.name]
        #expect(names.sorted() == ["a", "b"])
        #expect(harness.refusal() == .saturated)
        first.finish(.response(status: 200), latency: 1, now: harness.now)
        #expect(harness.refusal() == nil)
        _ = consume second
    }

    @Test func `another attempt goes elsewhere, or to the same endpoint when there is no other`() {
        let harness = UpstreamHarness("ab")
        let avoided = harness.endpoint("a")
        #expect(Set((0..<100).map { _ in harness.send(excluding: avoided) }) == ["b"])
        harness.service.markCrashed(harness.endpoint("b"), now: harness.now)
        #expect(harness.send(excluding: avoided) == "a")
    }

    @Test(arguments: BalanceKind.allCases)
    func `weights are respected, and endpoints of no weight left alone`(kind: BalanceKind) {
        let harness = UpstreamHarness("") { $0.balance = kind }
        let weights = ["a": 3, "b": 1, "c": 0]
        for (name, weight) in weights { harness.service.add(UpstreamHarness.endpoint(name, weight: weight)) }
        var counts: [String: Int] = [:]
        for _ in 0..<2000 { counts[harness.send(), default: 0] += 1 }
        #expect(counts["c"] == nil)
        // Fewest requests is about those in flight: of idle endpoints it takes the heaviest.
        let expected = kind == .leastRequest ? 2000 : 1500
        #expect(abs(counts["a", default: 0] - expected) < 100)
    }

    @Test func `endpoints take turns over all loops`() {
        let harness = UpstreamHarness("abc") { $0.balance = .roundRobin }
        let names = (0..<6).map { turn -> String in
            guard case .lease(let lease) = harness.acquire(loop: turn % 2) else { return "" }
            return lease.endpoint.name
        }
        #expect(names == ["a", "b", "c", "a", "b", "c"])
    }

    @Test func `a fifth of the requests may be tried again, and three in any case`() {
        let harness = UpstreamHarness("ab")
        func retries() -> Int { (0..<100).count { _ in harness.service.takeRetry(now: harness.now) } }
        #expect(retries() == 3)
        for _ in 0..<100 { harness.send() }
        for _ in 0..<50 { harness.send(excluding: harness.endpoint("a")) }
        #expect(retries() == 17, "retries are no requests, and three were taken")
    }

    @Test(arguments: [1, 4])
    func `threads acquire and finish at once, and nothing is left over`(limit: Int) {
        let harness = UpstreamHarness("abc", loops: 4) {
            $0.maxRequests = limit
            $0.breaker.errorRate = 1
            $0.outliers.consecutiveFailures = 50
        }
        let (service, now) = (harness.service, harness.now)
        let endpoints = service.endpoints
        let overLimit = Lock(0)
        let outcomes: [UpstreamOutcome] = [
            .response(status: 200), .response(status: 404), .failure(.reset), .failure(.connect), .cancelled,
            .response(status: 503),
        ]
        onThreads(4) { loop in
            var random = SplitMix(seed: UInt64(loop))
            for step in 0..<20_000 {
                let time = now + UInt64(step) * 1_000_000
                if step % 1000 == loop { service.add(UpstreamHarness.endpoint("extra\(step)")) }
                guard case .lease(let lease) = service.acquire(loop: loop, random: &random, now: time) else { continue }
                // A place over the limit is given back at once, so only a little more may ever be seen.
                if lease.endpoint.inFlight > limit + 4 { overLimit.withLock { $0 += 1 } }
                lease.finish(outcomes[Int(random.next() % 6)], latency: 1000, now: time)
            }
        }
        #expect(overLimit.withLock { $0 } == 0)
        #expect(service.endpoints.allSatisfy { $0.inFlight == 0 })
        #expect(endpoints.allSatisfy { endpoint in service.endpoints.contains { $0 === endpoint } })
        #expect(service.endpoints.count == 3 + 80)
        #expect(Set(service.endpoints.map(\.poolKey)).count == 83)
    }
}
