import Bytes
import Policy
import Testing

@testable import Gateway

@Suite struct ServiceBreakerTests {
    /// Without ejection, so that only the breaker acts.
    func harness(_ names: String = "ab") -> UpstreamHarness {
        UpstreamHarness(names, loops: 4) { $0.outliers.isEnabled = false }
    }

    @Test func `successes of all loops count against failures`() throws {
        let harness = harness()
        for loop in 0..<4 {
            for _ in 0..<5 {
                let lease = try harness.lease(loop: loop)
                lease.finish(.response(status: 404), latency: 1, now: harness.now)
            }
        }
        for _ in 0..<19 { harness.send(.failure(.timeout)) }
        #expect(harness.service.breakerState == .closed)
        harness.send(.response(status: 503))
        #expect(harness.service.breakerState == .open)
        #expect(harness.refusal() == .open(retryAfter: 5_000_000_000))
        #expect(harness.log == ["open"])
    }

    @Test(
        arguments: [
            .response(status: 500), .response(status: 429), .response(status: 200), .cancelled,
        ] as [UpstreamOutcome])
    func `what is no failure of the service never counts`(outcome: UpstreamOutcome) {
        let harness = harness()
        for _ in 0..<200 { harness.send(outcome) }
        #expect(harness.service.breakerState == .closed)
    }

    @Test func `five connect failures in a row open it, unless something was answered in between`() {
        let harness = harness()
        for _ in 0..<3 {
            for _ in 0..<4 { harness.send(.failure(.connect)) }
            harness.send()
        }
        #expect(harness.service.breakerState == .closed)
        for _ in 0..<5 { harness.send(.failure(.connect)) }
        #expect(harness.service.breakerState == .open)
    }

    /// One of two processes dies under load: all that is in flight there fails before anything else is answered.
    @Test func `an endpoint that refuses connections is ejected, and the service goes on with the other`() {
        let harness = UpstreamHarness("ab")
        for _ in 0..<100 { harness.send() }
        while !harness.endpoint("a").isEjected(now: harness.now) {
            switch harness.acquire() {
            case .lease(let lease) where lease.endpoint.name == "a":
                lease.finish(.failure(.connect), latency: 1, now: harness.now)
            case .lease(let lease): lease.finish(.cancelled, latency: 1, now: harness.now)
            case .refused(let refusal): Issue.record("\(refusal)")
            }
        }
        #expect(harness.service.breakerState == .closed)
        #expect(harness.names() == ["b"])
        // Now nothing works.
        for _ in 0..<5 { harness.send(.failure(.connect)) }
        #expect(harness.service.breakerState == .open)
    }

    @Test func `it probes with three at once, closes after three successes and forgets`() throws {
        let harness = harness()
        for _ in 0..<5 { harness.send(.failure(.connect)) }
        harness.advance(5)
        do {
            let first = try harness.lease()
            let second = try harness.lease()
            let third = try harness.lease()
            #expect(harness.refusal() == .open(retryAfter: 1_000_000_000))
            _ = consume first
            _ = consume second
            _ = consume third
        }
        #expect(harness.service.breakerState == .halfOpen, "leases that end unreported release their permits")
        for _ in 0..<3 { harness.send() }
        #expect(harness.service.breakerState == .closed)
        #expect(harness.log == ["open", "halfOpen", "closed"])
        for _ in 0..<4 { harness.send(.failure(.connect)) }
        #expect(harness.service.breakerState == .closed)
    }

    @Test func `a failed probe opens it for twice the time`() {
        let harness = harness()
        for _ in 0..<5 { harness.send(.failure(.connect)) }
        harness.advance(5)
        harness.send(.failure(.reset))
        #expect(harness.refusal() == .open(retryAfter: 10_000_000_000))
    }

    @Test func `a probe that nobody can take is not lost`() {
        let harness = harness("a")
        for _ in 0..<5 { harness.send(.failure(.connect)) }
        harness.advance(5)
        harness.endpoint("a").drain()
        for _ in 0..<10 { #expect(harness.refusal() == .noEndpoints) }
        harness.endpoint("a").resume()
        #expect(harness.send() == "a")
    }

    @Test func `a passed check opens it half, and never closes it`() {
        let harness = harness()
        for _ in 0..<5 { harness.send(.failure(.connect)) }
        harness.check("a", true, true)
        #expect(harness.service.breakerState == .halfOpen)
    }

    @Test func `turned off it closes at once and stays closed`() {
        let harness = harness()
        for _ in 0..<5 { harness.send(.failure(.connect)) }
        var settings = harness.service.settings
        settings.breaker.isEnabled = false
        harness.service.reconfigure(settings, now: harness.now)
        for _ in 0..<100 { harness.send(.failure(.connect)) }
        #expect(harness.service.breakerState == .closed)
        #expect(harness.log == ["open", "closed"])
    }

    @Test func `threads fail at once and open it once`() {
        let harness = harness()
        let (service, now) = (harness.service, harness.now)
        onThreads(4) { loop in
            var random = SplitMix(seed: UInt64(loop))
            for _ in 0..<1000 {
                guard case .lease(let lease) = service.acquire(loop: loop, random: &random, now: now) else { continue }
                lease.finish(.failure(.reset), latency: 1, now: now)
            }
        }
        #expect(harness.log == ["open"])
        #expect(service.endpoints.allSatisfy { $0.inFlight == 0 })
    }
}
