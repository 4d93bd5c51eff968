import CSQLite

/// A prepared statement: finalised with its owner, moved and never copied.
@safe
struct Statement: ~Copyable {
    private let handle: OpaquePointer
    private let database: OpaquePointer
    private let sql: String

    /// Compiles `sql` for the connection `database`.
    @unsafe
    init(_ sql: String, database: OpaquePointer) throws(DatabaseError) {
        var handle: OpaquePointer?
        var compiled = 0
        let code = unsafe sql.withCString { text in
            var tail: UnsafePointer<CChar>?
            let code = unsafe sqlite3_prepare_v3(database, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, &tail)
            if let tail = unsafe tail { compiled = unsafe tail - text }
            return code
        }
        guard code == SQLITE_OK, let handle = unsafe handle else {
            throw unsafe DatabaseError.last(of: database, code: code, sql: sql)
        }
        precondition(
            sql.utf8.dropFirst(compiled).allSatisfy { $0 == 0x20 || $0 == 0x0a }, "more than one statement: \(sql)")
        unsafe self.handle = handle
        unsafe self.database = database
        self.sql = sql
    }

    deinit {
        _ = unsafe sqlite3_finalize(handle)
    }

    /// Binds `values` to the parameters in order; there must be exactly as many.
    func bind(_ values: [Value]) throws(DatabaseError) {
        precondition(
            unsafe Int(sqlite3_bind_parameter_count(handle)) == values.count, "the values do not fit the SQL: \(sql)")
        for (offset, value) in values.enumerated() {
            let code = bind(value, at: Int32(offset + 1))
            guard code == SQLITE_OK else { throw unsafe DatabaseError.last(of: database, code: code, sql: sql) }
        }
    }

    private func bind(_ value: Value, at index: Int32) -> Int32 {
        switch value {
        case .null: return unsafe sqlite3_bind_null(handle, index)
        case .integer(let number): return unsafe sqlite3_bind_int64(handle, index, number)
        case .real(let number): return unsafe sqlite3_bind_double(handle, index, number)
        case .text(var text):
            return text.withUTF8 { bytes in
                guard let count = Int32(exactly: bytes.count) else { return SQLITE_TOOBIG }
                return unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                    // The pointer may be nil for an empty string, which would bind NULL.
                    guard let base = characters.baseAddress else {
                        return unsafe sqlite_bind_text(handle, index, "", 0)
                    }
                    return unsafe sqlite_bind_text(handle, index, base, count)
                }
            }
        case .blob(let bytes):
            guard let count = Int32(exactly: bytes.count) else { return SQLITE_TOOBIG }
            return unsafe bytes.withUnsafeBytes { unsafe sqlite_bind_blob(handle, index, $0.baseAddress, count) }
        }
    }

    /// Runs to the next row; false when there is none.
    func step() throws(DatabaseError) -> Bool {
        let code = unsafe sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw unsafe DatabaseError.last(of: database, code: code, sql: sql)
        }
    }

    /// The row that the last `step` found.
    var row: Row { unsafe Row(statement: handle) }

    /// Makes the statement ready to run again, without the values of this time.
    func reset() {
        _ = unsafe sqlite3_reset(handle)
        _ = unsafe sqlite3_clear_bindings(handle)
    }
}

extension DatabaseError {
    /// The error that `database` reports for its last call.
    @unsafe
    static func last(of database: OpaquePointer?, code: Int32, sql: String) -> DatabaseError {
        let message = unsafe sqlite3_errmsg(database).map { unsafe String(cString: $0) } ?? "no memory"
        let extended = unsafe sqlite3_extended_errcode(database)
        return .failed(
            ResultCode(rawValue: extended & 0xff == code & 0xff ? extended : code), message: message, sql: sql)
    }
}
