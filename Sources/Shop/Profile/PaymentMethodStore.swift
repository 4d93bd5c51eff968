import SQLite
import ServiceKit

/// The statements of payment methods. Callers see their own; administrators may remove any.
struct PaymentMethodStore: Sendable {
    /// The most that one user has.
    static let limit = 50

    let database: Database

    /// Those behind the id `start`.
    func paymentMethods(of owner: String, after start: Int64?, limit: Int) async throws -> [PaymentMethod] {
        try await database.read { context in
            try context.rows(
                "SELECT " + PaymentMethod.columns
                    + " FROM payment_methods WHERE owner = ? AND id > ? ORDER BY id LIMIT ?",
                .text(owner), .integer(start ?? 0), .integer(Int64(limit))
            ) { PaymentMethod($0) }
        }
    }

    /// The first one is the default, and so is one that asks to be.
    ///
    /// - Throws: 409 when there are too many, or the same one.
    func create(_ draft: PaymentMethod.Draft, owner: String, at now: Int64) async throws -> PaymentMethod {
        try await database.write { try Self.insert(draft, owner: owner, at: now, in: $0) }
    }

    /// Removes one; the oldest of the others becomes the default if it was.
    ///
    /// - Throws: 404.
    func delete(_ id: Int64, by caller: Caller) async throws {
        try await database.write { context in
            let (method, owner) = try Self.find(id, for: caller, in: context)
            try context.run("DELETE FROM payment_methods WHERE id = ?", .integer(id))
            guard method.isDefault else { return }
            try context.run(
                """
                UPDATE payment_methods SET is_default = 1
                WHERE id = (SELECT min(id) FROM payment_methods WHERE owner = ?)
                """, .text(owner))
        }
    }

    static func insert(
        _ draft: PaymentMethod.Draft, owner: String, at now: Int64, in context: borrowing WriteContext
    ) throws -> PaymentMethod {
        let count = try context.first("SELECT count(*) FROM payment_methods WHERE owner = ?", .text(owner)) {
            $0.integer(0)
        }
        guard count ?? 0 < limit else {
            throw Problem.conflict("too-many", "There are \(limit) payment methods; remove one first.")
        }
        let isKnown = try context.exists(
            "SELECT 1 FROM payment_methods WHERE owner = ? AND token = ?", .text(owner), .text(draft.token))
        if isKnown { throw Problem.conflict("token-taken", "This payment method is there already.", field: "token") }
        let isDefault = draft.isDefault || count == 0
        if isDefault {
            try context.run("UPDATE payment_methods SET is_default = 0 WHERE owner = ? AND is_default", .text(owner))
        }
        let id = try context.insert(
            """
            INSERT INTO payment_methods (owner, token, brand, last_four, is_default, created) VALUES (?, ?, ?, ?, ?, ?)
            """,
            .text(owner), .text(draft.token), .text(draft.brand), .text(draft.lastFour), .integer(isDefault ? 1 : 0),
            .integer(now))
        return try find(id, for: Caller(subject: owner), in: context).method
    }

    private static func find(
        _ id: Int64, for caller: Caller, in context: borrowing WriteContext
    ) throws -> (method: PaymentMethod, owner: String) {
        let found = try context.first(
            "SELECT " + PaymentMethod.columns + ", owner FROM payment_methods WHERE id = ?", .integer(id)
        ) { (method: PaymentMethod($0), owner: $0.text(6)) }
        guard let found, caller.mayActFor(found.owner) else {
            throw Problem.notFound("There is no payment method \(id).")
        }
        return found
    }
}
