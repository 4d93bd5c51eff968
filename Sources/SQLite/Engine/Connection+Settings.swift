extension Connection {
    /// Opens `path` and sets what every connection of ours wants; each line has its reason.
    static func open(_ path: String, busyTimeout: Duration) throws(DatabaseError) -> sending Connection {
        let connection = try Connection(path: path, busyTimeout: busyTimeout)
        try connection.enterWAL(within: busyTimeout)
        // A commit is on the disk before it is acknowledged; in WAL mode NORMAL could lose the last ones.
        try connection.run("PRAGMA synchronous = FULL")
        // Off by default for SQLite 2's sake.
        try connection.run("PRAGMA foreign_keys = ON")
        // Damage is found when a page is read, not pages later.
        try connection.run("PRAGMA cell_size_check = ON")
        // A burst of writes does not leave its journal's size behind for good.
        try connection.run("PRAGMA journal_size_limit = 67108864")
        return connection
    }

    /// Readers beside the writer, and one fsync per commit. The mode stays with the file.
    ///
    /// The change needs the file for itself and SQLite does not wait for that, so it is tried until the timeout when
    /// several processes open a new file at once.
    private func enterWAL(within timeout: Duration) throws(DatabaseError) {
        let deadline = ContinuousClock.now + timeout
        while true {
            do throws(DatabaseError) {
                var mode = ""
                try query("PRAGMA journal_mode = WAL", []) { row in
                    mode = row.text(0)
                    return true
                }
                guard mode == "wal" else {
                    throw .failed(.cannotOpen, message: "the journal mode stays \(mode)", sql: "PRAGMA journal_mode")
                }
                return
            } catch {
                guard error.code?.primary == .busy, ContinuousClock.now < deadline else { throw error }
                DatabaseFile.pause()
            }
        }
    }

    /// Refuses every change, so that a read cannot become a write by mistake.
    func makeReadOnly() throws(DatabaseError) {
        try run("PRAGMA query_only = ON")
    }
}
