import SQLite
import ServiceKit

/// Sessions and tokens that ended before their time. The gateway asks for them twice a second.
struct RevocationStore: Sendable {
    /// Seconds for which one is kept: the life of a token that is just being made, and an hour for whoever checks tokens with
    /// more leeway than the services do.
    static let lifetime = TokenIssuer.lifetime + 3600
    /// The most that one answer has.
    static let pageLimit = 1000

    let database: Database

    /// Those behind a number, and the number to ask behind next.
    struct Page: Sendable {
        let next: Int64
        let revoked: [(id: String, expires: Int64)]
    }

    /// Those behind the one with the number `after`, in the order in which they came.
    func page(after: Int64, at now: Int64) async throws -> Page {
        try await database.read { context in
            let last = try context.first("SELECT seq FROM sqlite_sequence WHERE name = 'revocations'") { $0.integer(0) }
            // Who knows more than there ever was knows another database: all of this one is news.
            let after = after > last ?? 0 ? 0 : after
            let rows = try context.rows(
                "SELECT number, id, expires FROM revocations WHERE number > ? AND expires > ? ORDER BY number LIMIT ?",
                .integer(after), .integer(now), .integer(Int64(Self.pageLimit))
            ) { (number: $0.integer(0), id: $0.text(1), expires: $0.integer(2)) }
            return Page(next: rows.last?.number ?? after, revoked: rows.map { ($0.id, $0.expires) })
        }
    }

    /// Whether one of `ids` ended.
    func contains(anyOf ids: [String]) async throws -> Bool {
        try await database.read { context in
            for id in ids where try context.exists("SELECT 1 FROM revocations WHERE id = ?", .text(id)) { return true }
            return false
        }
    }

    /// Ends a session or a token; a second time does nothing.
    static func revoke(_ id: String, at now: Int64, in context: borrowing WriteContext) throws {
        // Here is where the table would grow, so here it is tidied.
        try context.run("DELETE FROM revocations WHERE expires <= ?", .integer(now))
        try context.run(
            "INSERT INTO revocations (id, expires) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
            .text(id), .integer(now + lifetime))
    }
}

extension RevocationStore.Page {
    var json: JSON {
        [
            "next": .integer(next),
            "revoked": .array(revoked.map { ["id": .string($0.id), "expires": .integer($0.expires)] }),
        ]
    }
}
