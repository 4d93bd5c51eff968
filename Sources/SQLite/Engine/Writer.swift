/// A change that waits for the writer.
struct WriteJob: Sendable {
    /// When it was queued.
    let queued: ContinuousClock.Instant
    /// Does the change. What it returns delivers the outcome, with the error of the commit, if that failed.
    let attempt: @Sendable (Connection) -> Attempt
    /// Delivers an error without having done anything.
    let refuse: @Sendable (DatabaseError) -> Void

    /// A change that was done, or failed, inside an open transaction.
    struct Attempt: Sendable {
        /// What the change threw; then it is undone.
        let error: (any Error)?
        /// Delivers the outcome, or the error that was the end of all of them.
        let deliver: @Sendable (DatabaseError?) -> Void
    }
}

/// The one thread that changes the file, with group commit: everything that queued up during the last fsync goes into
/// one transaction, and costs one fsync.
///
///     BEGIN IMMEDIATE
///       SAVEPOINT  change 1  RELEASE          each change is undone alone when it fails
///       SAVEPOINT  change 2  ROLLBACK TO
///     COMMIT                                  then, and not before, the outcomes are delivered
///
/// The transaction is IMMEDIATE because one that reads first and writes later can fail in the middle, without a wait,
/// when another process wrote in between.
struct Writer: ~Copyable {
    let connection: Connection
    let queue: WorkQueue<WriteJob>
    let batchLimit: Int
    let longestWait: Duration

    /// Works until the queue is closed and drained.
    borrowing func run() {
        while true {
            let jobs = queue.take(atMost: batchLimit)
            if jobs.isEmpty { break }
            let now = ContinuousClock.now
            var fresh: [WriteJob] = []
            for job in jobs {
                // Its client has given up: work for nobody would keep the queue long.
                if now - job.queued > longestWait { job.refuse(.overloaded) } else { fresh.append(job) }
            }
            if !fresh.isEmpty { commit(fresh) }
        }
        // Keeps the query planner's statistics; a failure here costs nothing.
        try? connection.run("PRAGMA optimize")
    }

    private borrowing func commit(_ jobs: [WriteJob]) {
        defer { connection.commitObservers.removeAll() }
        do throws(DatabaseError) {
            try connection.run("BEGIN IMMEDIATE")
        } catch {
            for job in jobs { job.refuse(error) }
            return
        }
        var attempts: [WriteJob.Attempt] = []
        var failure: DatabaseError?
        for job in jobs {
            if let failure {
                job.refuse(failure)
                continue
            }
            do throws(DatabaseError) {
                try attempts.append(isolated(job))
            } catch {
                failure = error
                job.refuse(error)
            }
        }
        if failure == nil {
            do throws(DatabaseError) {
                try connection.run("COMMIT")
            } catch {
                failure = error
            }
        }
        // After a failed commit nothing is kept, and nobody may believe that it is. An error of a change is replaced
        // too: it may have come from a neighbour's change that is now undone.
        if failure != nil, connection.isInTransaction { try? connection.run("ROLLBACK") }
        for attempt in attempts { attempt.deliver(failure) }
        if failure == nil { for observer in connection.commitObservers { observer() } }
    }

    /// Runs one change inside a savepoint. Throws when the whole transaction is lost.
    private borrowing func isolated(_ job: WriteJob) throws(DatabaseError) -> WriteJob.Attempt {
        try connection.run("SAVEPOINT change")
        let observers = connection.commitObservers.count
        let attempt = job.attempt(connection)
        // A full disk or an I/O error may have rolled back everything, with the changes before this one.
        guard connection.isInTransaction else {
            throw attempt.error as? DatabaseError
                ?? .failed(.ioError, message: "the transaction was rolled back", sql: "SAVEPOINT change")
        }
        if attempt.error != nil {
            try connection.run("ROLLBACK TO change")
            connection.commitObservers.removeSubrange(observers...)
        }
        try connection.run("RELEASE change")
        return attempt
    }
}
