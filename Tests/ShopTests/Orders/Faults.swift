import Synchronization

/// What can go wrong with a call between two systems.
enum Fault: String, CaseIterable, Sendable {
    /// It is lost on the way.
    case lost
    /// It is done, and the answer is lost.
    case answerLost
    /// The caller gives up, and it is done long afterwards.
    case late
    /// The caller dies, and it is done long afterwards.
    case callerDiesBefore
    /// It is done, and the caller dies.
    case callerDiesAfter
}

/// Lets one of the calls that orders makes go wrong.
final class Faults: Sendable {
    private struct State {
        var calls: [String] = []
        var plan: (call: Int, fault: Fault)?
        var late: [@Sendable () async -> Void] = []
        var dead: [CheckedContinuation<Void, Never>] = []
        var hasStruck = false
    }
    private let state = Mutex(State())
    private let (strikes, strike) = AsyncStream<Void>.makeStream()

    /// Every call so far.
    var calls: [String] { state.withLock { $0.calls } }

    /// Whether what was planned has happened.
    var hasStruck: Bool { state.withLock { $0.hasStruck } }

    /// Lets the call with that number, counted from zero and from now, go wrong.
    func plan(_ fault: Fault, at call: Int) {
        state.withLock { $0.plan = ($0.calls.count + call, fault) }
    }

    /// Waits until a caller has died.
    func waitForDeath() async {
        for await _ in strikes { return }
    }

    /// Makes a call, or does what was planned.
    ///
    /// - Returns: nil when the caller gets no answer.
    func pass<Answer: Sendable>(
        _ name: String, _ deliver: @escaping @Sendable () async -> Answer
    ) async -> Answer? {
        let fault = state.withLock { state -> Fault? in
            defer { state.calls.append(name) }
            guard let plan = state.plan, plan.call == state.calls.count else { return nil }
            state.plan = nil
            state.hasStruck = true
            return plan.fault
        }
        switch fault {
        case nil: return await deliver()
        case .lost: return nil
        case .answerLost:
            _ = await deliver()
            return nil
        case .late:
            state.withLock { $0.late.append { _ = await deliver() } }
            return nil
        case .callerDiesBefore:
            await die()
            _ = await deliver()
            return nil
        case .callerDiesAfter:
            let answer = await deliver()
            await die()
            return answer
        }
    }

    private func die() async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.dead.append(continuation) }
            strike.yield()
        }
    }

    /// Delivers what is late, and lets the dead go on where they died: what they still do must change nothing.
    func letGhostsWalk() async {
        let (late, dead) = state.withLock { state in
            defer { (state.late, state.dead) = ([], []) }
            return (state.late, state.dead)
        }
        for deliver in late { await deliver() }
        for continuation in dead { continuation.resume() }
    }
}
