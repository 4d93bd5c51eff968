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
}
