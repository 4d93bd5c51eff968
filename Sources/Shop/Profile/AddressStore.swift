import SQLite
import ServiceKit

/// The statements of addresses. Callers see their own; administrators may change any.
struct AddressStore: Sendable {
    /// The most that one user has.
    static let limit = 100

    let database: Database

    /// Those behind the id `start`.
    func addresses(of owner: String, after start: Int64?, limit: Int) async throws -> [Address] {
        try await database.read { context in
            try context.rows(
                "SELECT " + Address.columns + " FROM addresses WHERE owner = ? AND id > ? ORDER BY id LIMIT ?",
                .text(owner), .integer(start ?? 0), .integer(Int64(limit))
            ) { Address($0) }
        }
    }

    /// The first address is the default, and so is one that asks to be.
    ///
    /// - Throws: 409 when there are too many.
    func create(_ draft: AddressDraft, owner: String, at now: Int64) async throws -> Address {
        try await database.write { context in
            let count = try context.first("SELECT count(*) FROM addresses WHERE owner = ?", .text(owner)) {
                $0.integer(0)
            }
            guard count ?? 0 < Self.limit else {
                throw Problem.conflict("too-many", "There are \(Self.limit) addresses; remove one first.")
            }
            let id = try Self.insert(draft.text, owner: owner, at: now, in: context)
            if draft.isDefault || count == 0 { try Self.makeDefault(id, owner: owner, in: context) }
            return try Self.find(id, for: Caller(subject: owner), in: context).address
        }
    }

    /// - Throws: 404.
    func change(_ id: Int64, _ change: AddressChange, by caller: Caller, at now: Int64) async throws -> Address {
        try await database.write { context in
            let (address, owner) = try Self.find(id, for: caller, in: context)
            let text = change.applied(to: address.text)
            try context.run(
                """
                UPDATE addresses SET label = ?2, recipient = ?3, line1 = ?4, line2 = ?5, city = ?6, region = ?7,
                    postal_code = ?8, country = ?9, phone = ?10, updated = ?11
                WHERE id = ?1
                """,
                .integer(id), .text(text.label), .text(text.recipient), .text(text.line1), .text(text.line2),
                .text(text.city), .text(text.region), .text(text.postalCode), .text(text.country), .text(text.phone),
                .integer(now))
            if change.becomesDefault { try Self.makeDefault(id, owner: owner, in: context) }
            return try Self.find(id, for: caller, in: context).address
        }
    }

    /// Removes an address; the oldest of the others becomes the default if it was.
    ///
    /// - Throws: 404.
    func delete(_ id: Int64, by caller: Caller) async throws {
        try await database.write { context in
            let (address, owner) = try Self.find(id, for: caller, in: context)
            try context.run("DELETE FROM addresses WHERE id = ?", .integer(id))
            guard address.isDefault else { return }
            try context.run(
                """
                UPDATE addresses SET is_default = 1
                WHERE id = (SELECT min(id) FROM addresses WHERE owner = ?)
                """, .text(owner))
        }
    }

    static func insert(
        _ text: Address.Text, owner: String, at now: Int64, in context: borrowing WriteContext
    ) throws -> Int64 {
        try context.insert(
            """
            INSERT INTO addresses (owner, label, recipient, line1, line2, city, region, postal_code, country, phone,
                is_default, created, updated)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11, ?11)
            """,
            .text(owner), .text(text.label), .text(text.recipient), .text(text.line1), .text(text.line2),
            .text(text.city), .text(text.region), .text(text.postalCode), .text(text.country), .text(text.phone),
            .integer(now))
    }

    static func makeDefault(_ id: Int64, owner: String, in context: borrowing WriteContext) throws {
        try context.run("UPDATE addresses SET is_default = 0 WHERE owner = ? AND is_default", .text(owner))
        try context.run("UPDATE addresses SET is_default = 1 WHERE id = ?", .integer(id))
    }

    private static func find(
        _ id: Int64, for caller: Caller, in context: borrowing WriteContext
    ) throws -> (address: Address, owner: String) {
        let found = try context.first(
            "SELECT " + Address.columns + ", owner FROM addresses WHERE id = ?", .integer(id)
        ) { (address: Address($0), owner: $0.text(13)) }
        guard let found, caller.mayActFor(found.owner) else {
            throw Problem.notFound("There is no address \(id).")
        }
        return found
    }
}
