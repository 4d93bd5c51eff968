import SQLite
import ServiceKit

/// Somebody with an account.
struct User: Hashable, Sendable {
    let id: Int64
    let username: String
    let email: String?
    let roles: [String]
    /// Seconds since 1970.
    let created: Int64

    /// The columns that ``init(_:)`` reads.
    static let columns: SQL = "id, username, email, roles, created"

    /// Reads a row of ``columns``.
    init(_ row: borrowing Row) {
        id = row.integer(0)
        username = row.text(1)
        email = row.optionalText(2)
        roles = row.text(3).split(separator: " ").map(String.init)
        created = row.integer(4)
    }
}

extension User: Resource {
    static let shape = Shape<User>(
        "User",
        [
            .integer("id") { $0.id }, .text("username") { $0.username }, .optionalText("email") { $0.email },
            .texts("roles") { $0.roles }, .time("created_at") { $0.created },
        ])
}
