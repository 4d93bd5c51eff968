import CSQLite

/// One connection to a database file with its cache of prepared statements, confined to the thread that uses it.
@safe
public final class Connection {
    /// Idle statements kept; past this all are dropped, which only a bug that makes ever new SQL can reach.
    private static let cacheLimit = 256

    let handle: OpaquePointer
    private var cache: [String: Slot] = [:]
    /// Who wants to know that the open transaction was committed.
    var commitObservers: [@Sendable () -> Void] = []

    /// A place in the cache: empty while its statement is in use.
    private final class Slot {
        var statement: Statement?
    }

    /// Opens the file, which must exist.
    init(path: String, busyTimeout: Duration) throws(DatabaseError) {
        var handle: OpaquePointer?
        // One thread per connection: SQLite's own mutexes would guard nothing.
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = unsafe sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let opened = unsafe handle else {
            let reason = unsafe sqlite3_errmsg(handle).map { unsafe String(cString: $0) } ?? "no memory"
            _ = unsafe sqlite3_close_v2(handle)
            throw .cannotOpen(path: path, reason: reason)
        }
        unsafe self.handle = opened
        let milliseconds =
            busyTimeout.components.seconds * 1000 + busyTimeout.components.attoseconds / 1_000_000_000_000_000
        _ = unsafe sqlite3_busy_timeout(opened, Int32(clamping: milliseconds))
        // A crafted file must not run code through its schema, nor may a statement edit the schema's own tables.
        _ = unsafe sqlite_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1)
        _ = unsafe sqlite_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
        // "text" in double quotes is a column, and never falls back to a string.
        _ = unsafe sqlite_db_config(opened, SQLITE_DBCONFIG_DQS_DML, 0)
        _ = unsafe sqlite_db_config(opened, SQLITE_DBCONFIG_DQS_DDL, 0)
    }

    deinit {
        cache.removeAll()
        _ = unsafe sqlite3_close_v2(handle)
    }

    /// Whether a transaction is open.
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// The row id of the last insert.
    var lastInsertedID: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

    /// How many rows the last statement changed.
    var changes: Int { unsafe Int(sqlite3_changes64(handle)) }

    /// Runs one statement and gives each of its rows to `body`, until that returns false.
    func query(
        _ sql: String, _ values: [Value], _ body: (borrowing Row) -> Bool
    ) throws(DatabaseError) {
        let slot = cachedSlot(for: sql)
        let statement: Statement
        // Empty when the same query runs inside its own rows: that one gets a statement of its own.
        if let idle = slot.statement.take() {
            statement = idle
        } else {
            statement = unsafe try Statement(sql, database: handle)
        }
        do throws(DatabaseError) {
            try statement.bind(values)
            while try statement.step(), body(statement.row) {}
        } catch {
            statement.reset()
            slot.statement = consume statement
            throw error
        }
        statement.reset()
        slot.statement = consume statement
    }

    /// Runs one statement for its effect.
    func run(_ sql: String, _ values: [Value] = []) throws(DatabaseError) {
        try query(sql, values) { _ in true }
    }

    /// Runs several statements, without values.
    func script(_ sql: String) throws(DatabaseError) {
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw unsafe DatabaseError.last(of: handle, code: code, sql: sql) }
    }

    private func cachedSlot(for sql: String) -> Slot {
        if let slot = cache[sql] { return slot }
        if cache.count >= Self.cacheLimit { cache.removeAll() }
        let slot = Slot()
        cache[sql] = slot
        return slot
    }
}
