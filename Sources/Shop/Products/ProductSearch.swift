import SQLite
import ServiceKit

/// A full-text search: every word must occur, the last one at least as the start of a word, and the best match comes first.
///
/// A page follows the one before by its score. What is added or changed in between shifts scores a little, so that a
/// product may then be seen twice or not at all.
struct ProductSearch: Input {
    private static let order = "best match"
    /// The words, which only consist of letters and digits: nothing of it is query syntax.
    private let words: [String]
    let page: Page

    init(_ form: inout Form) {
        words = form.text("q", 1...200).split { !$0.isLetter && !$0.isNumber }.map(String.init)
        page = Page(&form, order: Self.order)
        if let start = page.start, Double(start.key) == nil { form.refuse("cursor", "is not a cursor of this list") }
    }

    /// A product that was found.
    struct Hit: Output {
        let product: Product
        /// How well it fits: less is better.
        let score: Double

        static var schema: Schema { Product.schema }
        var json: JSON { product.json }
    }

    /// The words as FTS5 asks for them (<https://www.sqlite.org/fts5.html#full_text_query_syntax>); nil when there are none.
    var expression: String? {
        guard !words.isEmpty else { return nil }
        return words.map { "\"" + $0 + "\"" }.joined(separator: " ") + "*"
    }

    /// The place behind `hit`.
    func position(of hit: Hit) -> Page.Position {
        Page.Position(order: Self.order, key: "\(hit.score)", id: hit.product.id)
    }
}

extension ProductStore {
    /// The products that a search finds.
    func products(_ search: ProductSearch) async throws -> [ProductSearch.Hit] {
        guard let expression = search.expression else { return [] }
        let start = search.page.start
        let (score, id) = (start.flatMap { Double($0.key) } ?? -Double.infinity, start?.id ?? 0)
        let limit = Int64(search.page.limit + 1)
        return try await database.read { context in
            try context.rows(
                // A word in the name weighs more than one in the category, and that more than one in the description.
                """
                WITH hits AS MATERIALIZED (
                    SELECT rowid AS hit, bm25(product_search, 10, 4, 1) AS score
                    FROM product_search WHERE product_search MATCH ?
                )
                SELECT\u{20}
                """ + Product.columns + """
                    , score FROM hits JOIN products ON id = hit
                    WHERE (score, id) > (?, ?) ORDER BY score, id LIMIT ?
                    """,
                .text(expression), .real(score), .integer(id), .integer(limit)
            ) { ProductSearch.Hit(product: Product($0), score: $0.real(Product.columnCount)) }
        }
    }
    /// Adds a product's texts to the index.
    static func index(_ product: Product, in context: borrowing WriteContext) throws(DatabaseError) {
        try context.run(
            "INSERT INTO product_search (rowid, name, category, description) VALUES (?, ?, ?, ?)",
            .integer(product.id), .text(product.name), .text(product.category), .text(product.description))
    }

    /// Takes a product's texts out of the index: exactly those that were added.
    static func unindex(_ product: Product, in context: borrowing WriteContext) throws(DatabaseError) {
        try context.run(
            """
            INSERT INTO product_search (product_search, rowid, name, category, description)
            VALUES ('delete', ?, ?, ?, ?)
            """,
            .integer(product.id), .text(product.name), .text(product.category), .text(product.description))
    }
}
