/// One step of a schema's history. A migration that was released is never edited; the next one changes what it made.
public struct Migration: Hashable, Sendable {
    /// What it does, in a few words; it is stored, and must stay.
    public let name: String
    /// One or more statements.
    public let sql: SQL

    /// - Parameters:
    ///   - name: what it does, in a few words.
    ///   - sql: one or more statements, separated by semicolons.
    public init(_ name: String, _ sql: SQL) {
        self.name = name
        self.sql = sql
    }
}
