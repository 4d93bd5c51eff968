import Testing

@testable import Policy

@Suite struct HealthTests {
    /// `+` and `-` are results, and the expectation the state after each.
    @Test(arguments: [
        ("+", "u"), ("-", "d"), ("+---", "uuud"), ("+--+--+", "uuuuuuu"), ("+---++", "uuuddu"),
        ("+---+-++", "uuuddddu"),
        ("-+", "du"), ("--+---+", "dduuudd"), ("+x+", "udu"), ("+---x+", "uuuddu"), ("x-+", "ddu"),
    ])
    func `three failures take down and two passes bring up, one at the start`(results: String, states: String) {
        var health = HealthThresholds(fall: 3, rise: 2)
        #expect(health.state == .unknown)
        let seen = results.map { result -> Character in
            let before = health.state
            let change = result == "x" ? health.crash() : health.record(passed: result == "+")
            #expect(change == (before == health.state ? nil : health.state))
            return health.state == .up ? "u" : "d"
        }
        #expect(String(seen) == states)
    }

    @Test func `five failures in a row eject, a success in between does not`() {
        var detector = OutlierDetector(OutlierSettings())
        func fail(_ count: Int) -> Int {
            (0..<count).count { _ in detector.recordFailure(successes: 100, now: 1) }
        }
        #expect(fail(4) == 0)
        detector.endStreak()
        #expect(fail(4) == 0)
        #expect(fail(1) == 1)
    }

    @Test func `half of ten requests failing ejects`() {
        var detector = OutlierDetector(OutlierSettings())
        for number in 1...5 {
            detector.endStreak()
            #expect(detector.recordFailure(successes: 5, now: seconds(7)) == (number == 5))
        }
    }

    @Test func `ejections in a row grow by ten seconds up to two minutes, and a good time forgives`() {
        var detector = OutlierDetector(OutlierSettings())
        var now = seconds(1000)
        for number in 1...14 {
            let end = detector.eject(now: now)
            #expect(end - now == min(seconds(10) * UInt64(number), seconds(120)))
            let counted = detector.recordFailure(successes: 0, now: end - 1)
            #expect(!counted, "ejected endpoints are not counted")
            now = end + seconds(1)
        }
        now += seconds(120)
        #expect(detector.eject(now: now) == now + seconds(10))
        detector.reset(now: now + 1)
        #expect(detector.ejectedUntil == now + 1)
    }

    @Test(arguments: [(0.0, 25), (0.5, 25), (2.5, 64), (5, 128), (9.99, 255), (10, 256), (1e6, 256)])
    func `weight grows in a straight line from a tenth`(age: Double, share: UInt64) {
        #expect(SlowStart.share(since: seconds(5), now: seconds(5 + age), duration: seconds(10)) == share)
    }

    @Test func `who was always up is warm, and so is everybody without slow start`() {
        #expect(SlowStart.share(since: 0, now: 1, duration: seconds(10)) == 256)
        #expect(SlowStart.share(since: 5, now: 5, duration: 0) == 256)
        #expect(SlowStart.share(since: 5, now: 5, duration: .max) == 25)
    }
}
