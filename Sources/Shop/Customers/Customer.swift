import SQLite
import ServiceKit

/// Somebody in a user's records of customers.
struct Customer: Hashable, Sendable {
    let id: Int64
    /// The subject of the user whose record it is.
    let owner: String
    let name: String
    let email: String
    /// Seconds since 1970, as the other one.
    let created: Int64
    let updated: Int64

    /// The columns that ``init(_:)`` reads.
    static let columns: SQL = "id, owner, name, email, created, updated"

    /// Reads a row of ``columns``.
    init(_ row: borrowing Row) {
        id = row.integer(0)
        owner = row.text(1)
        name = row.text(2)
        email = row.text(3)
        created = row.integer(4)
        updated = row.integer(5)
    }
}

extension Customer: Resource {
    static let shape = Shape<Customer>(
        "Customer",
        [
            .integer("id") { $0.id }, .text("name") { $0.name }, .text("email") { $0.email },
            .time("created_at") { $0.created }, .time("updated_at") { $0.updated },
        ])
}
