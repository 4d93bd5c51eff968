import Foundation

/// What a thread of its own will have found: for calls that block while the test goes on.
final class Later<Value: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var found: Value?

    init(_ body: @escaping @Sendable () -> Value) {
        Thread.detachNewThread { [self] in
            let value = body()
            condition.withLock {
                found = value
                condition.broadcast()
            }
        }
    }

    /// What it found. Blocks until then.
    var value: Value {
        condition.withLock {
            while found == nil { condition.wait() }
            return found!
        }
    }
}
