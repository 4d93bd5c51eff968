/// A query that waits for a reader.
struct ReadJob: Sendable {
    let queued: ContinuousClock.Instant
    let attempt: @Sendable (Connection) -> Void
    let refuse: @Sendable (DatabaseError) -> Void
}

/// One of the threads that read, beside the writer and without waiting for it.
struct Reader: ~Copyable {
    let connection: Connection
    let queue: WorkQueue<ReadJob>
    let longestWait: Duration

    /// Works until the queue is closed and drained.
    borrowing func run() {
        while let job = queue.take(atMost: 1).first {
            guard ContinuousClock.now - job.queued <= longestWait else {
                job.refuse(.overloaded)
                continue
            }
            do throws(DatabaseError) {
                // One snapshot for all statements of the closure.
                try connection.run("BEGIN")
            } catch {
                job.refuse(error)
                continue
            }
            job.attempt(connection)
            if connection.isInTransaction { try? connection.run("ROLLBACK") }
        }
    }
}
