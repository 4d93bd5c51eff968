import SQLite
import ServiceKit

/// The catalogue's statements.
struct ProductStore: Sendable {
    let database: Database

    /// A category with the number of its products.
    struct Category: Hashable, Sendable {
        let name: String
        let count: Int64
    }

    func product(_ id: Int64) async throws -> Product {
        try await database.read { try Self.find(id, in: $0) }
    }

    func products(_ query: ProductQuery) async throws -> [Product] {
        let (sql, values) = query.statement
        return try await database.read { try $0.rows(sql, values) { Product($0) } }
    }

    /// The categories in alphabetical order, those behind `start`.
    func categories(after start: String?, limit: Int) async throws -> [Category] {
        try await database.read { context in
            try context.rows(
                """
                SELECT min(category), count(*) FROM products WHERE category_key > ? GROUP BY category_key
                ORDER BY category_key LIMIT ?
                """, .text(start ?? ""), .integer(Int64(limit))
            ) { Category(name: $0.text(0), count: $0.integer(1)) }
        }
    }

    func create(_ draft: ProductDraft, seller: String, at now: Int64) async throws -> Product {
        try await database.write { context in
            // There is none until `inventory` says so.
            try Self.insert(draft, seller: seller, availability: .soldOut, at: now, in: context)
        }
    }

    /// - Throws: 404, or 403 when the product is somebody else's.
    func change(_ id: Int64, _ change: ProductChange, by caller: Caller, at now: Int64) async throws -> Product {
        try await database.write { context in
            try Self.unindex(Self.product(id, ownedBy: caller, in: context), in: context)
            try context.run(
                """
                UPDATE products SET name = coalesce(?2, name), name_key = coalesce(?3, name_key),
                    description = coalesce(?4, description), price = coalesce(?5, price),
                    category = coalesce(?6, category), category_key = coalesce(?7, category_key), updated = ?8
                WHERE id = ?1
                """,
                .integer(id), .text(change.name), .text(change.name.map(folded)), .text(change.description),
                .integer(change.price?.minorUnits), .text(change.category), .text(change.category.map(folded)),
                .integer(now))
            let product = try Self.find(id, in: context)
            try Self.index(product, in: context)
            return product
        }
    }

    /// - Throws: 404, or 403 when the product is somebody else's.
    func delete(_ id: Int64, by caller: Caller) async throws {
        try await database.write { context in
            try Self.unindex(Self.product(id, ownedBy: caller, in: context), in: context)
            try context.run("DELETE FROM products WHERE id = ?", .integer(id))
        }
    }

    /// Adds `drafts` if there never was a product.
    func seed(_ drafts: [(draft: ProductDraft, seller: String)], at now: Int64) async throws {
        try await database.write { context in
            guard try !context.exists("SELECT 1 FROM sqlite_sequence WHERE name = 'products'") else { return }
            for (draft, seller) in drafts {
                try Self.insert(draft, seller: seller, availability: .inStock, at: now, in: context)
            }
        }
    }

    @discardableResult
    private static func insert(
        _ draft: ProductDraft, seller: String, availability: Availability, at now: Int64,
        in context: borrowing WriteContext
    ) throws -> Product {
        let id = try context.insert(
            """
            INSERT INTO products
                (name, name_key, description, price, category, category_key, seller, created, updated, availability)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)
            """,
            .text(draft.name), .text(folded(draft.name)), .text(draft.description), .integer(draft.price.minorUnits),
            .text(draft.category), .text(folded(draft.category)), .text(seller), .integer(now),
            .text(availability.rawValue))
        let product = try find(id, in: context)
        try index(product, in: context)
        return product
    }

    /// - Throws: 404.
    static func find(_ id: Int64, in context: borrowing some QueryContext & ~Copyable) throws -> Product {
        guard let product = try product(id, in: context) else { throw Problem.notFound("There is no product \(id).") }
        return product
    }

    /// The product; nil when there is none.
    static func product(
        _ id: Int64, in context: borrowing some QueryContext & ~Copyable
    ) throws(DatabaseError) -> Product? {
        try context.first("SELECT " + Product.columns + " FROM products WHERE id = ?", .integer(id)) { Product($0) }
    }

    /// - Throws: 404, or 403 when the product is somebody else's.
    private static func product(
        _ id: Int64, ownedBy caller: Caller, in context: borrowing WriteContext
    ) throws -> Product {
        let product = try find(id, in: context)
        // Everybody may see products, so it is no secret that this one exists.
        guard caller.mayActFor(product.seller) else {
            throw Problem.forbidden("Product \(id) belongs to another seller.")
        }
        return product
    }
}
