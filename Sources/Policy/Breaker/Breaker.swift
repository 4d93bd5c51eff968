/// The circuit breaker of one service: a pure state machine, its time passed in, its randomness seeded.
///
/// ```
///          `errorRate` of at least `minRequests` failed in the window,
///          or `connectFailures` in a row, while no other endpoint works
///  +--------+ ------------------------------------> +------+ <-----------------+
///  | closed |                                       | open |                   |
///  +--------+                                       +------+                   |
///      ^                                                | the open time passed, | a probe failed:
///      |                                                | or an active check    | the open time doubles
///      |                                                | gave reason to hope   |
///      |      `successes` probes in a row succeeded     v                       |
///      +------------------------------------------ +-----------+ --------------+
///                                                   | half open |
///                                                   +-----------+
/// ```
///
/// Successes while closed are not told to it, so that they cost no lock: whoever reports a failure says how many
/// succeeded since `countsFrom`. Outcomes of requests that were admitted in a state since left are ignored.
public struct Breaker: Sendable {
    private enum Phase: Sendable {
        case closed(Closed)
        case open(until: Nanoseconds, byConnectFailures: Bool)
        case halfOpen(HalfOpen)
    }

    private struct Closed: Sendable {
        var failures: SlidingWindow
        var connectStreak = 0
    }

    private struct HalfOpen: Sendable {
        var successes = 0
        var probes: [(permit: BreakerPermit, deadline: Nanoseconds)] = []
    }

    /// Its settings. A change of them takes effect from the next event on; a changed window starts empty.
    public var settings: BreakerSettings {
        didSet {
            guard settings.window != oldValue.window, case .closed(var closed) = phase else { return }
            closed.failures = SlidingWindow(window: settings.window)
            phase = .closed(closed)
        }
    }

    private var phase: Phase
    private var random: SplitMix
    /// How often in a row it opened without closing in between.
    private var openings = 0
    private var permits: UInt64 = 0

    /// The time from which the successes of the closed state count.
    public private(set) var countsFrom: Nanoseconds = 0

    /// A closed breaker.
    ///
    /// - Parameters:
    ///   - settings: its settings.
    ///   - seed: the seed of its jitter.
    public init(_ settings: BreakerSettings, seed: UInt64) {
        self.settings = settings
        phase = .closed(Closed(failures: SlidingWindow(window: settings.window)))
        random = SplitMix(seed: seed)
    }

    /// The state that it is in. An open breaker whose time has passed shows as open until the next request.
    public var state: BreakerState {
        switch phase {
        case .closed: .closed
        case .open: .open
        case .halfOpen: .halfOpen
        }
    }

    /// Asks whether a request may pass.
    public mutating func admit(now: Nanoseconds) -> (admission: BreakerAdmission, transition: BreakerTransition?) {
        switch phase {
        case .closed:
            return (.pass, nil)
        case .open(let until, _) where now < until:
            return (.open(retryAfter: until - now), nil)
        case .open:
            var half = HalfOpen()
            let admission = admit(to: &half, now: now)
            phase = .halfOpen(half)
            return (admission, BreakerTransition(from: .open, to: .halfOpen))
        case .halfOpen(var half):
            let admission = admit(to: &half, now: now)
            phase = .halfOpen(half)
            return (admission, nil)
        }
    }

    /// Reports how a request went.
    ///
    /// - Parameters:
    ///   - outcome: how it went.
    ///   - permit: the permit of a probe, nil for a request that passed a closed breaker.
    ///   - successes: successes in the window since `countsFrom`; matters only for failures in the closed state.
    ///   - othersWork: whether another endpoint than the one that failed is known to work. Connect failures in a row then
    ///     speak against an endpoint, which is ejected for them, and not against the service.
    ///   - now: the time.
    public mutating func record(
        _ outcome: BreakerOutcome, permit: BreakerPermit?, successes: Int, othersWork: Bool = false, now: Nanoseconds
    ) -> BreakerTransition? {
        switch phase {
        case .closed(var closed):
            guard permit == nil else { return nil }
            let reason = count(outcome, in: &closed, successes: successes, othersWork: othersWork, now: now)
            phase = .closed(closed)
            guard let reason else { return nil }
            return open(now: now, byConnectFailures: reason == .connectFailure)
        case .open:
            return nil
        case .halfOpen(var half):
            guard let index = half.probes.firstIndex(where: { $0.permit == permit }) else { return nil }
            half.probes.remove(at: index)
            if outcome == .success { half.successes += 1 }
            phase = .halfOpen(half)
            if outcome == .connectFailure || outcome == .failure {
                return open(now: now, byConnectFailures: outcome == .connectFailure)
            }
            return half.successes >= settings.successes ? close(now: now) : nil
        }
    }

    /// Forgets the connect failures in a row: a request was answered in between, and told nobody.
    public mutating func endConnectStreak() {
        guard case .closed(var closed) = phase else { return }
        closed.connectStreak = 0
        phase = .closed(closed)
    }

    /// Hears of an active check that passed. It ends the open state early if it tells something new: an endpoint came
    /// up, or connections that were refused are accepted again. It never closes.
    public mutating func activeCheckPassed(cameUp: Bool) -> BreakerTransition? {
        guard case .open(_, let byConnectFailures) = phase, cameUp || byConnectFailures else { return nil }
        phase = .halfOpen(HalfOpen())
        return BreakerTransition(from: .open, to: .halfOpen)
    }

    /// Closes at once, when the breaker is turned off or by order of an operator.
    public mutating func reset(now: Nanoseconds) -> BreakerTransition? {
        state == .closed ? nil : close(now: now)
    }

    private mutating func admit(to half: inout HalfOpen, now: Nanoseconds) -> BreakerAdmission {
        half.probes.removeAll { $0.deadline <= now }
        guard half.probes.count < max(settings.probes, 1) else {
            // Probes mostly end long before their deadline.
            let earliest = half.probes.reduce(UInt64.max) { min($0, $1.deadline) }
            return .open(retryAfter: min(earliest - now, .seconds(1)))
        }
        permits += 1
        let permit = BreakerPermit(number: permits)
        half.probes.append((permit, now.addingSaturated(settings.probeTimeout)))
        return .probe(permit)
    }

    /// Counts an outcome in the closed state.
    ///
    /// - Returns: the kind of failure that opens the breaker, if it now shall open.
    private func count(
        _ outcome: BreakerOutcome, in closed: inout Closed, successes: Int, othersWork: Bool, now: Nanoseconds
    ) -> BreakerOutcome? {
        switch outcome {
        case .cancelled: return nil
        case .success:
            closed.connectStreak = 0
            return nil
        case .failure: closed.connectStreak = 0
        case .connectFailure: closed.connectStreak += 1
        }
        closed.failures.add(now: now)
        if closed.connectStreak >= settings.connectFailures, !othersWork { return .connectFailure }
        let failures = closed.failures.count(now: now)
        let requests = failures + successes
        let isOver = requests >= settings.minRequests && Double(failures) >= settings.errorRate * Double(requests)
        return isOver ? .failure : nil
    }

    private mutating func open(now: Nanoseconds, byConnectFailures: Bool) -> BreakerTransition {
        let from = state
        let doubled = settings.open.multipliedSaturated(by: 1 << UInt64(min(openings, 32)))
        let longest = min(doubled, settings.maxOpen)
        let jitter = min(max(settings.jitter, 0), 1) * random.unit()
        let length = max(longest - min(UInt64(Double(longest) * jitter), longest), 1)
        openings += 1
        phase = .open(until: now.addingSaturated(length), byConnectFailures: byConnectFailures)
        return BreakerTransition(from: from, to: .open)
    }

    private mutating func close(now: Nanoseconds) -> BreakerTransition {
        let from = state
        openings = 0
        countsFrom = now
        phase = .closed(Closed(failures: SlidingWindow(window: settings.window)))
        return BreakerTransition(from: from, to: .closed)
    }
}
