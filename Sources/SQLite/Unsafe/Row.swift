import CSQLite

/// The current row of a query, lent to the closure that reads it. Columns are counted from zero.
@safe
public struct Row: ~Copyable {
    private let statement: OpaquePointer

    @unsafe
    init(statement: OpaquePointer) {
        unsafe self.statement = statement
    }

    /// Whether the column is NULL.
    public func isNull(_ column: Int) -> Bool {
        unsafe sqlite3_column_type(statement, index(column)) == SQLITE_NULL
    }

    /// The number in a column; zero for NULL.
    public func integer(_ column: Int) -> Int64 {
        unsafe sqlite3_column_int64(statement, index(column))
    }

    /// The number in a column, or nil for NULL.
    public func optionalInteger(_ column: Int) -> Int64? {
        isNull(column) ? nil : integer(column)
    }

    /// The double in a column; zero for NULL.
    public func real(_ column: Int) -> Double {
        unsafe sqlite3_column_double(statement, index(column))
    }

    /// The text in a column; empty for NULL.
    public func text(_ column: Int) -> String {
        guard let bytes = unsafe sqlite3_column_text(statement, index(column)) else { return "" }
        let count = unsafe Int(sqlite3_column_bytes(statement, index(column)))
        return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    /// The text in a column, or nil for NULL.
    public func optionalText(_ column: Int) -> String? {
        isNull(column) ? nil : text(column)
    }

    /// The bytes in a column; empty for NULL.
    public func blob(_ column: Int) -> [UInt8] {
        guard let bytes = unsafe sqlite3_column_blob(statement, index(column)) else { return [] }
        let count = unsafe Int(sqlite3_column_bytes(statement, index(column)))
        return unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
    }

    private func index(_ column: Int) -> Int32 {
        let count = unsafe Int(sqlite3_column_count(statement))
        precondition(column >= 0 && column < count, "the query has no column \(column)")
        return Int32(column)
    }
}
