import SQLite
import ServiceKit

/// The statements about stock levels.
struct StockStore: Sendable {
    let database: Database
    let events: StockEvents

    /// - Throws: 404.
    func level(of product: Int64) async throws -> StockLevel {
        try await database.read { try Self.find(product, in: $0) }
    }

    /// The levels in the order of the products' ids, those behind `start`.
    func levels(after start: Int64, limit: Int) async throws -> [StockLevel] {
        try await database.read { context in
            try context.rows(
                "SELECT " + StockLevel.columns + " FROM stock WHERE product_id > ? ORDER BY product_id LIMIT ?",
                .integer(start), .integer(Int64(limit))
            ) { StockLevel($0) }
        }
    }

    /// - Throws: 409 when the product has a level already.
    func create(_ draft: StockDraft, at now: Int64) async throws -> StockLevel {
        try await database.write { context in
            guard try Self.level(of: draft.product, in: context) == nil else {
                throw Problem.conflict(
                    "already-stocked", "Product \(draft.product) has a stock level; change that one.",
                    field: "product_id")
            }
            return try insert(draft, at: now, in: context)
        }
    }

    /// - Throws: 404, or 409 when reservations hold more than there would be.
    func change(_ product: Int64, _ change: StockChange, at now: Int64) async throws -> StockLevel {
        try await database.write { context in
            let level = try Self.find(product, in: context)
            if let quantity = change.quantity, quantity < level.reserved {
                throw Problem.conflict(
                    "reserved", "\(level.reserved) pieces are reserved; there cannot be fewer.", field: "quantity")
            }
            try context.run(
                """
                UPDATE stock SET on_hand = coalesce(?2, on_hand), low_at = coalesce(?3, low_at), updated = ?4
                WHERE product_id = ?1
                """, .integer(product), .integer(change.quantity), .integer(change.lowAt), .integer(now))
            let changed = try Self.find(product, in: context)
            try events.tell(product, from: level, to: changed, at: now, in: context)
            return changed
        }
    }

    /// - Throws: 404, or 409 when pieces are reserved.
    func delete(_ product: Int64, at now: Int64) async throws {
        try await database.write { context in
            let level = try Self.find(product, in: context)
            guard level.reserved == 0 else {
                throw Problem.conflict("reserved", "\(level.reserved) pieces are reserved.")
            }
            try context.run("DELETE FROM stock WHERE product_id = ?", .integer(product))
            try events.tell(product, from: level, to: nil, at: now, in: context)
        }
    }

    /// Adds `drafts` if there never was a level.
    func seed(_ drafts: [StockDraft], at now: Int64) async throws {
        try await database.write { context in
            guard try !context.exists("SELECT 1 FROM sqlite_sequence WHERE name = 'stock'") else { return }
            for draft in drafts { try insert(draft, at: now, in: context) }
        }
    }

    /// The level of `product`; nil when it has none.
    static func level(
        of product: Int64, in context: borrowing some QueryContext & ~Copyable
    ) throws(DatabaseError) -> StockLevel? {
        try context.first("SELECT " + StockLevel.columns + " FROM stock WHERE product_id = ?", .integer(product)) {
            StockLevel($0)
        }
    }

    private static func find(
        _ product: Int64, in context: borrowing some QueryContext & ~Copyable
    ) throws -> StockLevel {
        guard let level = try level(of: product, in: context) else {
            throw Problem.notFound("Product \(product) has no stock level.")
        }
        return level
    }

    @discardableResult
    private func insert(
        _ draft: StockDraft, at now: Int64, in context: borrowing WriteContext
    ) throws -> StockLevel {
        try context.run(
            "INSERT INTO stock (product_id, on_hand, low_at, created, updated) VALUES (?1, ?2, ?3, ?4, ?4)",
            .integer(draft.product), .integer(draft.quantity), .integer(draft.lowAt), .integer(now))
        let level = try Self.find(draft.product, in: context)
        try events.tell(draft.product, from: nil, to: level, at: now, in: context)
        return level
    }
}
