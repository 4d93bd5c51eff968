import Policy
import Reactor
import Synchronization

/// The breaker of a service, shared by all loops: while it is closed, requests read one word and successes another.
/// Failures, probes and changes of state go through a lock.
final class SharedBreaker: Sendable {
    private let breaker: Lock<Breaker>
    private let phase = Atomic<UInt8>(BreakerState.closed.rawValue)
    /// Whether the last outcome was a connect failure: a success then ends the row.
    private let connectFailing = Atomic<Bool>(false)
    private let isEnabled: Atomic<Bool>
    private let report: @Sendable (BreakerTransition) -> Void

    init(_ settings: BreakerSettings, seed: UInt64, report: @escaping @Sendable (BreakerTransition) -> Void) {
        breaker = Lock(Breaker(settings, seed: seed))
        isEnabled = Atomic(settings.isEnabled)
        self.report = report
    }

    var state: BreakerState { BreakerState(rawValue: phase.load(ordering: .relaxed)) ?? .closed }

    func admit(now: UInt64) -> BreakerAdmission {
        if state == .closed { return .pass }
        let (admission, transition) = breaker.withLock { breaker in
            publishing(breaker.admit(now: now), of: breaker)
        }
        if let transition { report(transition) }
        return admission
    }

    func succeed(permit: BreakerPermit?, now: UInt64) {
        if connectFailing.load(ordering: .relaxed) { connectFailing.store(false, ordering: .relaxed) }
        if let permit { record(.success, permit: permit, now: now) }
    }

    /// - Parameters:
    ///   - othersWork: whether another endpoint than the one that failed is known to work.
    ///   - successes: counts the successes in the window since a time.
    func fail(
        _ outcome: BreakerOutcome, permit: BreakerPermit?, othersWork: Bool, now: UInt64,
        successes: (_ since: UInt64) -> Int
    ) {
        guard isEnabled.load(ordering: .relaxed) else { return }
        update { breaker in
            if outcome == .connectFailure, !connectFailing.exchange(true, ordering: .relaxed) {
                breaker.endConnectStreak()
            }
            let count = breaker.state == .closed ? successes(breaker.countsFrom) : 0
            return breaker.record(outcome, permit: permit, successes: count, othersWork: othersWork, now: now)
        }
    }

    func cancel(permit: BreakerPermit) {
        // A cancelled outcome is not counted anywhere, so its time does not matter.
        record(.cancelled, permit: permit, now: 0)
    }

    func activeCheckPassed(cameUp: Bool) {
        if state == .closed { return }
        update { $0.activeCheckPassed(cameUp: cameUp) }
    }

    func reconfigure(_ settings: BreakerSettings, now: UInt64) {
        isEnabled.store(settings.isEnabled, ordering: .relaxed)
        update { breaker in
            breaker.settings = settings
            return settings.isEnabled ? nil : breaker.reset(now: now)
        }
    }

    private func record(_ outcome: BreakerOutcome, permit: BreakerPermit, now: UInt64) {
        update { $0.record(outcome, permit: permit, successes: 0, now: now) }
    }

    private func update(_ change: (inout Breaker) -> BreakerTransition?) {
        let transition = breaker.withLock { breaker in
            publishing(change(&breaker), of: breaker)
        }
        if let transition { report(transition) }
    }

    /// Lets all loops see the state, before the lock is left.
    private func publishing<Result>(_ result: Result, of breaker: Breaker) -> Result {
        phase.store(breaker.state.rawValue, ordering: .relaxed)
        return result
    }
}
