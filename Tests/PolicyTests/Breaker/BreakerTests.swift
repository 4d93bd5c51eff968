import Testing

@testable import Policy

@Suite struct BreakerTests {
    static let settings = {
        var settings = BreakerSettings()
        settings.jitter = 0
        return settings
    }()

    /// A breaker that `count` connect failures at `now` opened.
    func openBreaker(at now: Nanoseconds) -> Breaker {
        var breaker = Breaker(Self.settings, seed: 1)
        for _ in 0..<5 { _ = breaker.record(.connectFailure, permit: nil, successes: 0, now: now) }
        return breaker
    }

    func probe(_ breaker: inout Breaker, now: Nanoseconds) -> BreakerPermit? {
        guard case .probe(let permit) = breaker.admit(now: now).admission else { return nil }
        return permit
    }

    @Test(arguments: [(10, 9, false), (10, 10, true), (30, 10, false), (9, 10, false), (0, 19, false), (0, 20, true)])
    func `it opens at twenty requests with half of them failed`(successes: Int, failures: Int, opens: Bool) {
        var breaker = Breaker(Self.settings, seed: 1)
        var opened = false
        for _ in 0..<failures {
            opened = breaker.record(.failure, permit: nil, successes: successes, now: seconds(50)) != nil
        }
        #expect(opened == opens)
        #expect(breaker.state == (opens ? .open : .closed))
    }

    @Test func `failures older than the window do not count`() {
        var breaker = Breaker(Self.settings, seed: 1)
        for _ in 0..<19 { _ = breaker.record(.failure, permit: nil, successes: 0, now: seconds(50)) }
        #expect(breaker.record(.failure, permit: nil, successes: 0, now: seconds(60)) == nil)
    }

    @Test func `five connect failures in a row open it, a success in between does not`() {
        var breaker = Breaker(Self.settings, seed: 1)
        for _ in 0..<4 { #expect(breaker.record(.connectFailure, permit: nil, successes: 0, now: 1) == nil) }
        #expect(breaker.record(.success, permit: nil, successes: 0, now: 1) == nil)
        for _ in 0..<4 { #expect(breaker.record(.connectFailure, permit: nil, successes: 1, now: 1) == nil) }
        breaker.endConnectStreak()
        for _ in 0..<4 { #expect(breaker.record(.connectFailure, permit: nil, successes: 1, now: 1) == nil) }
        #expect(breaker.record(.connectFailure, permit: nil, successes: 1, now: 1)?.to == .open)
    }

    @Test func `connect failures in a row do not open it while another endpoint works`() {
        var breaker = Breaker(Self.settings, seed: 1)
        for _ in 0..<15 {
            #expect(breaker.record(.connectFailure, permit: nil, successes: 50, othersWork: true, now: 1) == nil)
        }
        #expect(breaker.record(.connectFailure, permit: nil, successes: 50, now: 1)?.to == .open)
    }

    @Test func `while open it says when to come back`() {
        var breaker = openBreaker(at: seconds(100))
        #expect(breaker.admit(now: seconds(101)).admission == .open(retryAfter: seconds(4)))
        #expect(probe(&breaker, now: seconds(105)) != nil)
        #expect(breaker.state == .halfOpen)
    }

    @Test func `half open lets three probes pass at once and three successes close it`() throws {
        var breaker = openBreaker(at: seconds(100))
        let now = seconds(105)
        let permits = (0..<3).compactMap { _ in probe(&breaker, now: now) }
        #expect(permits.count == 3 && Set(permits).count == 3)
        #expect(breaker.admit(now: now).admission == .open(retryAfter: seconds(1)))
        #expect(breaker.record(.success, permit: permits[0], successes: 0, now: now) == nil)
        #expect(breaker.record(.success, permit: permits[0], successes: 0, now: now) == nil, "counted once")
        let another = try #require(probe(&breaker, now: now))
        #expect(breaker.record(.success, permit: permits[1], successes: 0, now: now) == nil)
        #expect(breaker.record(.success, permit: another, successes: 0, now: now)?.to == .closed)
        #expect(breaker.countsFrom == now)
        #expect(breaker.record(.failure, permit: permits[2], successes: 0, now: now) == nil, "of a state since left")
    }

    @Test func `each failed probe doubles the open time up to a minute, and closing starts anew`() throws {
        var breaker = openBreaker(at: 0)
        var now: Nanoseconds = 0
        for expected in [5.0, 10, 20, 40, 60, 60] {
            #expect(breaker.admit(now: now).admission == .open(retryAfter: seconds(expected)))
            now += seconds(expected)
            let permit = try #require(probe(&breaker, now: now))
            #expect(breaker.record(.failure, permit: permit, successes: 0, now: now)?.to == .open)
        }
        now += seconds(60)
        for _ in 0..<3 {
            let permit = try #require(probe(&breaker, now: now))
            _ = breaker.record(.success, permit: permit, successes: 0, now: now)
        }
        #expect(breaker.state == .closed)
        for _ in 0..<5 { _ = breaker.record(.connectFailure, permit: nil, successes: 0, now: now) }
        #expect(breaker.admit(now: now).admission == .open(retryAfter: seconds(5)))
    }

    @Test func `jitter shortens the open time by at most its share`() {
        var settings = BreakerSettings()
        settings.jitter = 0.1
        var lengths: Set<Nanoseconds> = []
        for seed in 0..<100 {
            var breaker = Breaker(settings, seed: UInt64(seed))
            for _ in 0..<5 { _ = breaker.record(.connectFailure, permit: nil, successes: 0, now: 0) }
            guard case .open(let length) = breaker.admit(now: 0).admission else { continue }
            lengths.insert(length)
        }
        #expect(lengths.count > 90)
        #expect(lengths.allSatisfy { $0 >= seconds(4.5) && $0 <= seconds(5) })
    }

    @Test func `a cancelled probe gives its permit back, a lost one loses it at its deadline`() {
        var breaker = openBreaker(at: seconds(100))
        let now = seconds(105)
        let permits = (0..<3).compactMap { _ in probe(&breaker, now: now) }
        #expect(breaker.record(.cancelled, permit: permits[0], successes: 0, now: now) == nil)
        #expect(probe(&breaker, now: now) != nil)
        #expect(probe(&breaker, now: now) == nil)
        let later = now + Self.settings.probeTimeout
        #expect((0..<3).allSatisfy { _ in probe(&breaker, now: later) != nil })
        #expect(breaker.record(.failure, permit: permits[1], successes: 0, now: later) == nil, "its place was taken")
        #expect(breaker.state == .halfOpen)
    }

    @Test func `an active check that tells news opens half, and never closes`() {
        var byConnect = openBreaker(at: 0)
        #expect(byConnect.activeCheckPassed(cameUp: false)?.to == .halfOpen)
        #expect(byConnect.activeCheckPassed(cameUp: true) == nil && byConnect.state == .halfOpen)
        var byRate = Breaker(Self.settings, seed: 1)
        for _ in 0..<20 { _ = byRate.record(.failure, permit: nil, successes: 0, now: 0) }
        #expect(byRate.activeCheckPassed(cameUp: false) == nil && byRate.state == .open)
        #expect(byRate.activeCheckPassed(cameUp: true)?.to == .halfOpen)
        var closed = Breaker(Self.settings, seed: 1)
        #expect(closed.activeCheckPassed(cameUp: true) == nil)
    }
}
