import SQLite
import ServiceKit

/// The statements about reviews.
struct ReviewStore: Sendable {
    let database: Database

    /// The reviews of a product, the newest first.
    ///
    /// - Throws: 404 when there is no such product.
    func reviews(of product: Int64, _ query: ReviewQuery) async throws -> [Review] {
        let (start, limit) = (query.page.start?.id ?? Int64.max, Int64(query.page.limit + 1))
        return try await database.read { context in
            _ = try ProductStore.find(product, in: context)
            return try context.rows(
                "SELECT " + Review.columns + " FROM reviews WHERE product_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
                .integer(product), .integer(start), .integer(limit)
            ) { Review($0) }
        }
    }

    /// Adds a review, and its stars to those of the product.
    ///
    /// - Throws: 404 when there is no such product, 409 when `author` reviewed it before.
    func create(_ draft: ReviewDraft, of product: Int64, by author: String, at now: Int64) async throws -> Review {
        try await database.write { context in
            _ = try ProductStore.find(product, in: context)
            let id: Int64
            do throws(DatabaseError) {
                id = try context.insert(
                    "INSERT INTO reviews (product_id, author, rating, comment, created) VALUES (?, ?, ?, ?, ?)",
                    .integer(product), .text(author), .integer(draft.rating), .text(draft.comment), .integer(now))
            } catch {
                guard error.isUniqueViolation else { throw error }
                throw Problem.conflict("already-reviewed", "You reviewed product \(product) before.")
            }
            try context.run(
                "UPDATE products SET stars = stars + ?2, reviews = reviews + 1 WHERE id = ?1",
                .integer(product), .integer(draft.rating))
            return Review(
                id: id, product: product, author: author, rating: draft.rating, comment: draft.comment, created: now)
        }
    }
}
