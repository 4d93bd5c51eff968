import SQLite
import ServiceKit

/// What a user thinks of a product.
struct Review: Hashable, Sendable {
    let id: Int64
    let product: Int64
    /// The subject of the user who wrote it.
    let author: String
    let rating: Int64
    let comment: String
    /// Seconds since 1970.
    let created: Int64

    /// How many stars one gives.
    static let ratings: ClosedRange<Int64> = 1...5

    /// The columns that ``init(_:)`` reads.
    static let columns: SQL = "id, product_id, author, rating, comment, created"
}

extension Review {
    /// Reads a row of ``columns``.
    init(_ row: borrowing Row) {
        id = row.integer(0)
        product = row.integer(1)
        author = row.text(2)
        rating = row.integer(3)
        comment = row.text(4)
        created = row.integer(5)
    }
}

extension Review: Resource {
    static let shape = Shape<Review>(
        "Review",
        [
            .integer("id") { $0.id }, .integer("product_id") { $0.product }, .text("author") { $0.author },
            .integer("rating", ratings) { $0.rating }, .text("comment") { $0.comment },
            .time("created_at") { $0.created },
        ])
}

/// A review that is to be made.
struct ReviewDraft: Hashable, Input {
    let rating: Int64
    let comment: String

    init(_ form: inout Form) {
        rating = form.integer("rating", Review.ratings)
        comment = form.optionalText("comment", 0...5000) ?? ""
    }
}

/// Which reviews are listed: the newest first.
struct ReviewQuery: Input {
    private static let order = "newest reviews"
    let page: Page

    init(_ form: inout Form) { page = Page(&form, order: Self.order) }

    /// The place behind `review`.
    func position(of review: Review) -> Page.Position { Page.Position(order: Self.order, key: "", id: review.id) }
}
