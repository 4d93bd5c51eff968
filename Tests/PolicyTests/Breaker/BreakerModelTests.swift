import Testing

@testable import Policy

/// Random operations on a breaker and on the plainest model of it: lists of everything that ever happened.
@Suite struct BreakerModelTests {
    struct Model {
        let settings: BreakerSettings
        var state = BreakerState.closed
        var failures: [Nanoseconds] = []
        var successes: [Nanoseconds] = []
        var streak = 0
        var until: Nanoseconds = 0
        var openings = 0
        var probes: [(permit: BreakerPermit, deadline: Nanoseconds)] = []
        var probeSuccesses = 0

        mutating func open(_ now: Nanoseconds) {
            state = .open
            until = now + min(settings.open << UInt64(openings), settings.maxOpen)
            openings += 1
        }

        func recent(_ times: [Nanoseconds], _ now: Nanoseconds) -> Int {
            times.count { now / seconds(1) - $0 / seconds(1) < 10 }
        }

        /// Whether a request is admitted, as .pass, .probe with any permit, or .open.
        mutating func admit(_ now: Nanoseconds) -> BreakerState {
            if state == .open, now >= until {
                state = .halfOpen
                probes = []
                probeSuccesses = 0
            }
            guard state == .halfOpen else { return state }
            probes.removeAll { $0.deadline <= now }
            return probes.count < settings.probes ? .halfOpen : .open
        }

        mutating func record(_ outcome: BreakerOutcome, permit: BreakerPermit?, now: Nanoseconds) {
            let failed = outcome == .failure || outcome == .connectFailure
            switch state {
            case .open: break
            case .closed where permit == nil && outcome != .cancelled:
                streak = outcome == .connectFailure ? streak + 1 : 0
                if !failed { return successes.append(now) }
                failures.append(now)
                let (bad, good) = (recent(failures, now), recent(successes, now))
                if streak >= 5 || (bad + good >= 20 && bad * 2 >= bad + good) { open(now) }
            case .closed: break
            case .halfOpen:
                guard let index = probes.firstIndex(where: { $0.permit == permit }) else { return }
                probes.remove(at: index)
                if failed { return open(now) }
                if outcome == .success { probeSuccesses += 1 }
                guard probeSuccesses == settings.successes else { return }
                (state, failures, successes, streak, openings) = (.closed, [], [], 0, 0)
            }
        }
    }

    @Test(arguments: 0..<40)
    func `a breaker does what its model does`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var breaker = Breaker(BreakerTests.settings, seed: seed)
        var model = Model(settings: BreakerTests.settings)
        var now = seconds(500)
        var inFlight: [BreakerPermit?] = []
        let badness = seed % 5 * 20 + 10
        var states: Set<BreakerState> = []
        for _ in 0..<4000 {
            now += random.next(upperBound: random.next(upperBound: 30 as UInt64) == 0 ? seconds(8) : seconds(0.2))
            if inFlight.isEmpty || random.next(upperBound: 2 as UInt64) == 0 {
                let expected = model.admit(now)
                switch breaker.admit(now: now).admission {
                case .pass:
                    #expect(expected == .closed)
                    inFlight.append(nil)
                case .probe(let permit):
                    #expect(expected == .halfOpen)
                    model.probes.append((permit, now + model.settings.probeTimeout))
                    inFlight.append(permit)
                case .open(let retryAfter):
                    #expect(expected == .open)
                    if model.state == .open { #expect(retryAfter == model.until - now) }
                }
            } else {
                let index = Int(random.next(upperBound: UInt64(inFlight.count)))
                let permit = inFlight.remove(at: index)
                let outcome: BreakerOutcome =
                    random.next(upperBound: 100 as UInt64) < badness
                    ? (random.next(upperBound: 3 as UInt64) == 0 ? .connectFailure : .failure)
                    : random.next(upperBound: 10 as UInt64) == 0 ? .cancelled : .success
                let successes = model.recent(model.successes, now)
                _ = breaker.record(outcome, permit: permit, successes: successes, now: now)
                model.record(outcome, permit: permit, now: now)
            }
            #expect(breaker.state == model.state)
            states.insert(model.state)
        }
        if badness > 40 { #expect(states.count == 3) }
    }
}
