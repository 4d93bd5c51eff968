/// A value that belongs to one loop, held by somebody who is not on it: it can only be reached by a task of that loop.
public final class LoopBound<Value>: @unchecked Sendable {
    /// The loop.
    public let loop: EventLoop
    private let value: Value

    /// Binds `value`, which nobody else may use from here on except on `loop`.
    public init(_ value: Value, to loop: EventLoop) {
        self.value = value
        self.loop = loop
    }

    /// Starts a task on the loop that uses the value.
    public func perform(_ body: @escaping @Sendable (Value) async -> Void) {
        loop.spawn { [self] in await body(value) }
    }

    /// Runs a task on the loop that uses the value, and waits for what it returns.
    public func call<Result: Sendable>(_ body: @escaping @Sendable (Value) async -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            perform { value in continuation.resume(returning: await body(value)) }
        }
    }
}
