extension EventLoop {
    /// Starts a task with a value that belongs to this loop, such as a connection.
    ///
    /// The compiler sees a task that shares state with its maker; both run on this one thread, one at a time, which is
    /// what the check stands for. Must be called on the loop, or before it runs.
    public func spawn<Confined>(with value: Confined, _ body: @escaping @Sendable (Confined) async -> Void) {
        assert(isCurrent || !hasStarted, "a loop's state was used on another thread")
        nonisolated(unsafe) let confined = value
        spawn { await body(unsafe confined) }
    }

    /// Runs `body` while `child` runs beside it, both with a value that belongs to this loop, and waits for both. When
    /// `body` is done first, it has to see to it that `child` ends.
    public func withChild<Confined, Result>(
        of value: Confined, _ child: @escaping @Sendable (Confined) async -> Void, body: (Confined) async -> Result
    ) async -> Result {
        nonisolated(unsafe) let confined = value
        async let running: Void = child(unsafe confined)
        let result = await body(value)
        _ = await running
        return result
    }
}
