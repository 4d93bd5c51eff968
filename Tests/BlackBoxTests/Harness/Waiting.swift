import Foundation

/// Asks until the answer is there, or the deadline has passed: the only way to wait for another process.
///
/// - Returns: the answer, nil at the deadline.
func eventually<Answer>(within seconds: Double = 15, _ ask: () throws -> Answer?) rethrows -> Answer? {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
        if let answer = try ask() { return answer }
        if ContinuousClock.now >= deadline { return nil }
        usleep(20_000)
    }
}

/// Asks until the condition holds; false at the deadline.
func becomesTrue(within seconds: Double = 15, _ condition: () throws -> Bool) rethrows -> Bool {
    try eventually(within: seconds) { try condition() ? true : nil } ?? false
}

/// Runs `body` on a thread of its own, so that a test can do two things at once.
final class Background<Value: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var result: Result<Value, any Error>?

    init(_ body: @escaping @Sendable () throws -> Value) {
        Thread.detachNewThread { [self] in
            let outcome = Result { try body() }
            condition.withLock {
                result = outcome
                condition.broadcast()
            }
        }
    }

    var isDone: Bool {
        condition.withLock { result != nil }
    }

    func value(within seconds: Double = 60) throws -> Value {
        let deadline = Date(timeIntervalSinceNow: seconds)
        return try condition.withLock {
            while result == nil, condition.wait(until: deadline) {}
            guard let result else { throw HarnessError("nothing after \(seconds) s") }
            return try result.get()
        }
    }
}
