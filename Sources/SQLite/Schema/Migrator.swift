/// Brings a file to the newest schema: the migrations are numbered from one by their order, and each runs in a
/// transaction of its own.
///
/// Safe when several processes start at once: each step is decided and done under the write lock.
struct Migrator {
    let path: String
    let migrations: [Migration]

    /// Applies what is missing.
    ///
    /// - Throws: `newerSchema` or `foreignSchema`, and then changes nothing.
    func run(on connection: Connection) throws(DatabaseError) {
        while try step(on: connection) {}
    }

    /// Applies the next missing migration; false when there is none.
    private func step(on connection: Connection) throws(DatabaseError) -> Bool {
        try connection.run("BEGIN IMMEDIATE")
        do throws(DatabaseError) {
            let applied = try history(on: connection)
            try check(applied)
            guard applied.count < migrations.count else {
                try connection.run("COMMIT")
                return false
            }
            let next = migrations[applied.count]
            try connection.script(next.sql.text)
            try connection.run(
                "INSERT INTO schema_migrations (number, name) VALUES (?, ?)",
                [.integer(Int64(applied.count + 1)), .text(next.name)])
            try connection.run("COMMIT")
            return true
        } catch {
            if connection.isInTransaction { try? connection.run("ROLLBACK") }
            throw error
        }
    }

    private func history(on connection: Connection) throws(DatabaseError) -> [String] {
        try connection.run(
            "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT")
        var names: [String] = []
        try connection.query("SELECT name FROM schema_migrations ORDER BY number", []) { row in
            names.append(row.text(0))
            return true
        }
        return names
    }

    private func check(_ applied: [String]) throws(DatabaseError) {
        for (found, known) in zip(applied, migrations) where found != known.name {
            throw .foreignSchema(path: path, migration: found, expected: known.name)
        }
        if applied.count > migrations.count {
            throw .newerSchema(path: path, found: applied.count, known: migrations.count)
        }
    }
}
