import SQLite
import ServiceKit

/// The statements of customers. Callers see their own and administrators all; to everybody else they are not there.
struct CustomerStore: Sendable {
    let database: Database

    /// - Throws: 404.
    func customer(_ id: Int64, for caller: Caller) async throws -> Customer {
        try await database.read { try Self.find(id, for: caller, in: $0) }
    }

    /// The customers that the caller sees, those behind the id `start`.
    func customers(for caller: Caller, after start: Int64?, limit: Int) async throws -> [Customer] {
        try await database.read { context in
            let (after, limit) = (Value.integer(start ?? 0), Value.integer(Int64(limit)))
            if caller.isAdmin {
                return try context.rows(
                    "SELECT " + Customer.columns + " FROM customers WHERE id > ? ORDER BY id LIMIT ?", after, limit
                ) { Customer($0) }
            }
            return try context.rows(
                "SELECT " + Customer.columns + " FROM customers WHERE owner = ? AND id > ? ORDER BY id LIMIT ?",
                .text(caller.subject), after, limit
            ) { Customer($0) }
        }
    }

    /// - Throws: 409 when the owner has a customer of that address.
    func create(_ draft: CustomerDraft, owner: String, at now: Int64) async throws -> Customer {
        try await database.write { context in
            try Self.checkIsFree(draft.email, owner: owner, besides: nil, in: context)
            return try Self.insert(draft, owner: owner, at: now, in: context)
        }
    }

    /// - Throws: 404, or 409 when the owner has another customer of that address.
    func change(_ id: Int64, _ change: CustomerChange, by caller: Caller, at now: Int64) async throws -> Customer {
        try await database.write { context in
            let customer = try Self.find(id, for: caller, in: context)
            if let email = change.email {
                try Self.checkIsFree(email, owner: customer.owner, besides: id, in: context)
            }
            try context.run(
                """
                UPDATE customers SET name = coalesce(?2, name), email = coalesce(?3, email),
                    email_key = coalesce(?4, email_key), updated = ?5
                WHERE id = ?1
                """,
                .integer(id), .text(change.name), .text(change.email), .text(change.email.map(folded)), .integer(now))
            return try Self.find(id, for: caller, in: context)
        }
    }

    /// - Throws: 404.
    func delete(_ id: Int64, by caller: Caller) async throws {
        try await database.write { context in
            _ = try Self.find(id, for: caller, in: context)
            try context.run("DELETE FROM customers WHERE id = ?", .integer(id))
        }
    }

    /// Adds customers if there never was one.
    func seed(_ customers: [(draft: CustomerDraft, owner: String)], at now: Int64) async throws {
        try await database.write { context in
            guard try !context.exists("SELECT 1 FROM sqlite_sequence WHERE name = 'customers'") else { return }
            for (draft, owner) in customers { _ = try Self.insert(draft, owner: owner, at: now, in: context) }
        }
    }

    private static func find(
        _ id: Int64, for caller: Caller, in context: borrowing some QueryContext & ~Copyable
    ) throws -> Customer {
        let found = try context.first("SELECT " + Customer.columns + " FROM customers WHERE id = ?", .integer(id)) {
            Customer($0)
        }
        guard let found, caller.mayActFor(found.owner) else {
            throw Problem.notFound("There is no customer \(id).")
        }
        return found
    }

    private static func checkIsFree(
        _ email: String, owner: String, besides id: Int64?, in context: borrowing WriteContext
    ) throws {
        let isTaken = try context.exists(
            "SELECT 1 FROM customers WHERE owner = ? AND email_key = ? AND id IS NOT ?",
            .text(owner), .text(folded(email)), .integer(id))
        if isTaken {
            throw Problem.conflict("email-taken", "There is a customer with this address.", field: "email")
        }
    }

    private static func insert(
        _ draft: CustomerDraft, owner: String, at now: Int64, in context: borrowing WriteContext
    ) throws -> Customer {
        let id = try context.insert(
            "INSERT INTO customers (owner, name, email, email_key, created, updated) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
            .text(owner), .text(draft.name), .text(draft.email), .text(folded(draft.email)), .integer(now))
        return try find(id, for: Caller(subject: owner), in: context)
    }
}
