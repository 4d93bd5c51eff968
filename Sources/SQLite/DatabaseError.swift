/// What can go wrong with a database. Descriptions name the statement and never the values bound to it.
public enum DatabaseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// SQLite refused a statement.
    case failed(ResultCode, message: String, sql: String)
    /// The file or its folder cannot be used.
    case cannotOpen(path: String, reason: String)
    /// Somebody works with the file, or replaces it.
    case inUse(path: String)
    /// The file was written by a newer version of the program, whose schema this one does not know.
    case newerSchema(path: String, found: Int, known: Int)
    /// The file's schema is another one: it belongs to something else.
    case foreignSchema(path: String, migration: String, expected: String)
    /// Too much work is queued, or it waited for too long.
    case overloaded
    /// The database is closed.
    case closed

    /// The extended code, where SQLite gave one.
    public var code: ResultCode? {
        if case .failed(let code, _, _) = self { code } else { nil }
    }

    /// Whether a UNIQUE or PRIMARY KEY constraint refused the change: the thing is there already.
    public var isUniqueViolation: Bool {
        code == .uniqueConstraint || code == .primaryKeyConstraint
    }

    /// One line for the log.
    public var description: String {
        switch self {
        case .failed(let code, let message, let sql): "SQLite \(code): \(message) [\(sql)]"
        case .cannotOpen(let path, let reason): "cannot open the database \(path): \(reason)"
        case .inUse(let path): "the database \(path) is in use by another process"
        case .newerSchema(let path, let found, let known):
            "the database \(path) has schema \(found), newer than \(known), the newest this program knows"
        case .foreignSchema(let path, let migration, let expected):
            "the database \(path) belongs to something else: it has migration \(migration), not \(expected)"
        case .overloaded: "the database has too much work queued"
        case .closed: "the database is closed"
        }
    }
}
