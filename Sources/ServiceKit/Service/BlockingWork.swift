import Dispatch
import Synchronization

/// Runs work that takes a processor for long, such as hashing passwords, beside the event loops: a few at once, some
/// waiting, and more are refused.
public final class BlockingWork: Sendable {
    private let queue = DispatchQueue(label: "blocking-work", attributes: .concurrent)
    private let width: Int
    private let limit: Int
    private let state = Mutex(State())

    private struct State {
        var running = 0
        var waiting: [@Sendable () -> Void] = []
    }

    /// - Parameters:
    ///   - width: how much work runs at once.
    ///   - limit: how much may wait.
    public init(width: Int, limit: Int) {
        self.width = width
        self.limit = limit
    }

    /// Runs `body` when its turn comes.
    ///
    /// - Throws: what `body` throws, or 503 when too much is waiting.
    public func run<Output: Sendable>(
        _ body: @escaping @Sendable () throws -> Output
    ) async throws -> Output {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Output, any Error>) in
            let work: @Sendable () -> Void = { continuation.resume(with: Result(catching: body)) }
            let verdict = state.withLock { state -> Verdict in
                if state.running < width {
                    state.running += 1
                    return .start
                }
                guard state.waiting.count < limit else { return .refuse }
                state.waiting.append(work)
                return .wait
            }
            switch verdict {
            case .start: start(work)
            case .wait: break
            case .refuse: continuation.resume(throwing: Problem.unavailable("Too many are signing in now."))
            }
        }
    }

    private enum Verdict { case start, wait, refuse }

    private func start(_ work: @escaping @Sendable () -> Void) {
        queue.async { [self] in
            work()
            let next = state.withLock { state -> (@Sendable () -> Void)? in
                if state.waiting.isEmpty {
                    state.running -= 1
                    return nil
                }
                return state.waiting.removeFirst()
            }
            if let next { start(next) }
        }
    }
}
