import SQLite
import ServiceKit

/// The statements about favourites, each about those of one user.
struct FavoriteStore: Sendable {
    let database: Database

    /// The most that one user has.
    private static let limit: Int64 = 1000

    func favorites(of user: String, _ query: FavoriteQuery) async throws -> [Favorite] {
        let start = query.page.start
        let (time, id) = (start.flatMap { Int64($0.key) } ?? Int64.max, start?.id ?? Int64.max)
        let limit = Int64(query.page.limit + 1)
        return try await database.read { context in
            try context.rows(
                "SELECT " + Product.columns + """
                    , added FROM favorites JOIN products ON id = product_id
                    WHERE user = ? AND (added, product_id) < (?, ?) ORDER BY added DESC, product_id DESC LIMIT ?
                    """,
                .text(user), .integer(time), .integer(id), .integer(limit)
            ) { Favorite(product: Product($0), added: $0.integer(Product.columnCount)) }
        }
    }

    /// Marks a product; again, it does nothing.
    ///
    /// - Throws: 422 when there is no such product, 409 when the user has too many.
    func add(_ product: Int64, for user: String, at now: Int64) async throws -> Product {
        try await database.write { context in
            guard let found = try ProductStore.product(product, in: context) else {
                throw Problem.unknownProduct(product)
            }
            let count = try context.first(
                "SELECT count(*) FROM favorites WHERE user = ?1 AND product_id <> ?2", .text(user), .integer(product)
            ) { $0.integer(0) }
            guard let count, count < Self.limit else {
                throw Problem.conflict("too-many-favorites", "Nobody has more than \(Self.limit) favourites.")
            }
            try context.run(
                "INSERT INTO favorites (user, product_id, added) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                .text(user), .integer(product), .integer(now))
            return found
        }
    }

    /// - Throws: 404 when the product is not marked.
    func remove(_ product: Int64, for user: String) async throws {
        try await database.write { context in
            let count = try context.run(
                "DELETE FROM favorites WHERE user = ? AND product_id = ?", .text(user), .integer(product))
            guard count > 0 else { throw Problem.notFound("Product \(product) is none of your favourites.") }
        }
    }
}
