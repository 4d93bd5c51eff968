import Bytes
import Policy
import Testing

@testable import Gateway

@Suite struct ServiceHealthTests {
    @Test func `requests wait while nothing is known, and go where a check passed`() {
        let harness = UpstreamHarness("ab", checked: true)
        #expect(harness.refusal() == .unknown)
        harness.check("a", false)
        #expect(harness.refusal() == .unknown, "one may still come up")
        harness.check("b", true)
        #expect(harness.names() == ["b"])
        harness.check("b", false, false, false)
        #expect(harness.refusal() == .noneHealthy)
        #expect(UpstreamHarness("").refusal() == .noEndpoints)
        #expect(harness.log == ["a down", "b up", "b down"])
    }

    @Test func `a crashed process gets nothing until its next passes one check`() {
        let harness = UpstreamHarness("ab", checked: true)
        harness.check("a", true)
        harness.check("b", true)
        harness.service.markCrashed(harness.endpoint("a"), now: harness.now)
        #expect(harness.names() == ["b"])
        #expect(harness.service.status(now: harness.now).healthy == 1)
        harness.check("a", true)
        #expect(harness.names() == ["a", "b"])
        #expect(harness.log == ["a up", "b up", "a down", "a up"])
    }

    @Test func `who joins warm endpoints warms up, who starts with them does not`() {
        let harness = UpstreamHarness("ab", checked: true) { $0.balance = .random }
        harness.check("a", true)
        harness.advance(0.1)
        harness.service.markCrashed(harness.endpoint("b"), now: harness.now)
        harness.check("b", true)
        func share() -> Double {
            Double((0..<4000).count { _ in harness.send() == "b" }) / 4000
        }
        #expect(abs(share() - 0.09) < 0.03)
        harness.advance(5)
        #expect(abs(share() - 0.33) < 0.04)
        harness.advance(5)
        #expect(abs(share() - 0.5) < 0.04)

        let cold = UpstreamHarness("ab", checked: true) { $0.balance = .random }
        cold.check("b", true)
        #expect(cold.endpoint("b").share(now: cold.now.nanoseconds, slowStart: 10_000_000_000) == SlowStart.full)
    }

    @Test func `an endpoint that fails is ejected, for longer each time, and comes back`() {
        let harness = UpstreamHarness("ab") { $0.breaker.isEnabled = false }
        let (a, b) = (harness.endpoint("a"), harness.endpoint("b"))
        for round in 1...3 {
            for _ in 0..<5 { harness.send(.response(status: 502), excluding: b) }
            #expect(a.isEjected(now: harness.now))
            #expect(harness.names() == ["b"])
            #expect(harness.service.status(now: harness.now).healthy == 1)
            harness.advance(Double(10 * round))
            #expect(harness.names() == ["a", "b"])
        }
        #expect(harness.log == ["a ejected 10", "a ejected 20", "a ejected 30"])
    }

    @Test func `half of ten failing ejects, a success in between ends the row`() {
        let harness = UpstreamHarness("ab") { $0.breaker.isEnabled = false }
        let (a, b) = (harness.endpoint("a"), harness.endpoint("b"))
        for _ in 0..<5 { harness.send(excluding: b) }
        for _ in 0..<4 { harness.send(.failure(.reset), excluding: b) }
        #expect(!a.isEjected(now: harness.now))
        harness.send(excluding: b)
        for _ in 0..<2 { harness.send(.failure(.reset), excluding: b) }
        #expect(a.isEjected(now: harness.now), "6 of 12")
    }

    @Test func `the last endpoint is never ejected`() {
        let harness = UpstreamHarness("ab") { $0.breaker.isEnabled = false }
        let (a, b) = (harness.endpoint("a"), harness.endpoint("b"))
        for _ in 0..<10 { harness.send(.failure(.timeout), excluding: b) }
        for _ in 0..<10 { harness.send(.failure(.timeout), excluding: a) }
        #expect(a.isEjected(now: harness.now) && !b.isEjected(now: harness.now))
        harness.service.markCrashed(b, now: harness.now)
        #expect(harness.send() == "a", "rather an ejected one than none")
    }

    @Test func `threads that fail everywhere leave one endpoint`() {
        for _ in 0..<20 {
            let harness = UpstreamHarness("abc", loops: 4) { $0.breaker.isEnabled = false }
            let (service, now) = (harness.service, harness.now)
            onThreads(4) { loop in
                var random = SplitMix(seed: UInt64(loop))
                for _ in 0..<200 {
                    guard case .lease(let lease) = service.acquire(loop: loop, random: &random, now: now) else {
                        return
                    }
                    lease.finish(.failure(.reset), latency: 1, now: now)
                }
            }
            #expect(service.endpoints.count { !$0.isEjected(now: now) } == 1)
        }
    }

    @Test func `a reload keeps what is known of endpoints that stay`() throws {
        let harness = UpstreamHarness("abc", checked: true)
        for name in ["a", "b", "c"] { harness.check(name, true) }
        let (a, b) = (harness.endpoint("a"), harness.endpoint("b"))
        let lease = try harness.lease(excluding: b)
        let busy = lease.endpoint
        for _ in 0..<4 { harness.send(.failure(.connect)) }
        var settings = harness.service.settings
        settings.health.fall = 1
        let removed = harness.service.reconfigure(
            settings,
            endpoints: [
                UpstreamHarness.endpoint("d"), UpstreamHarness.endpoint("a", weight: 7), UpstreamHarness.endpoint("b"),
            ],
            now: harness.now)
        #expect(removed.map(\.name) == ["c"] && removed[0].isDraining)
        #expect(harness.service.endpoints.map(\.name) == ["d", "a", "b"])
        #expect(harness.endpoint("a") === a && a.weight == 7 && a.health == .up && harness.endpoint("b") === b)
        #expect(harness.endpoint("d").health == .unknown)
        #expect(busy.inFlight == 1)
        lease.finish(.cancelled, latency: 1, now: harness.now)
        #expect(busy.inFlight == 0)
        for other in [a, b] { harness.send(.failure(.connect), excluding: other) }
        #expect(harness.service.breakerState == .open, "the four failures of before count")
        harness.check("b", false)
        #expect(b.health == .down, "the new threshold applies")
    }

    @Test func `processes come and go`() {
        let harness = UpstreamHarness("", checked: true)
        let first = harness.service.add(UpstreamHarness.endpoint("a"))
        #expect(harness.refusal() == .unknown)
        harness.check("a", true)
        #expect(harness.send() == "a")
        #expect(harness.service.add(UpstreamHarness.endpoint("a")) === first)
        harness.service.remove(first)
        #expect(harness.refusal() == .noEndpoints)
        #expect(harness.service.status(now: harness.now).total == 0)
    }

    @Test func `without checks endpoints are up from the start`() {
        let harness = UpstreamHarness("a", checked: true)
        harness.check("a", false)
        var settings = harness.service.settings
        settings.health.isEnabled = false
        harness.service.reconfigure(settings, now: harness.now)
        #expect(harness.send() == "a")
        harness.service.add(UpstreamHarness.endpoint("b"))
        #expect(harness.names() == ["a", "b"])
    }
}
