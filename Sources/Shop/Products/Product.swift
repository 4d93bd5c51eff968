import SQLite
import ServiceKit

/// Something that is for sale.
struct Product: Hashable, Sendable {
    let id: Int64
    let name: String
    let description: String
    let price: Money
    let category: String
    /// The subject of the user who sells it.
    let seller: String
    /// Seconds since 1970, as the other one.
    let created: Int64
    let updated: Int64
    /// The sum of the stars of all reviews.
    let stars: Int64
    /// How many reviews there are.
    let reviews: Int64
    /// How many pieces were paid for.
    let sold: Int64
    let availability: Availability

    /// The columns that ``init(_:)`` reads.
    static let columns: SQL = """
        id, name, description, price, category, seller, created, updated, stars, reviews, sold, availability
        """
    /// How many they are: where columns begin that a query has besides.
    static let columnCount = 12

    /// Reads a row of ``columns``.
    init(_ row: borrowing Row) {
        id = row.integer(0)
        name = row.text(1)
        description = row.text(2)
        price = Money(minorUnits: row.integer(3))
        category = row.text(4)
        seller = row.text(5)
        created = row.integer(6)
        updated = row.integer(7)
        stars = row.integer(8)
        reviews = row.integer(9)
        sold = row.integer(10)
        // The CHECK of the column admits no other words.
        availability = Availability(rawValue: row.text(11)) ?? .soldOut
    }

    /// The mean of all reviews with two places; null without any.
    private var averageRating: JSON {
        guard reviews > 0 else { return .null }
        return Money(minorUnits: (stars * 200 + reviews) / (reviews * 2)).json
    }
}

/// How much there is of a product, in a word.
enum Availability: String, CaseIterable, Sendable {
    case inStock = "in_stock"
    case low
    case soldOut = "sold_out"
}

extension Product: Resource {
    static let shape = Shape<Product>(
        "Product",
        [
            .integer("id") { $0.id }, .text("name") { $0.name }, .text("description") { $0.description },
            .money("price") { $0.price }, .text("category") { $0.category }, .text("seller") { $0.seller },
            .text("availability", choices: Availability.allCases.map(\.rawValue)) { $0.availability.rawValue },
            .integer("sold") { $0.sold }, .integer("review_count") { $0.reviews },
            .init("average_rating", Schema.number.orNull) { $0.averageRating },
            .time("created_at") { $0.created }, .time("updated_at") { $0.updated },
        ])
}

/// Text as it is compared when letter case does not matter.
func folded(_ text: String) -> String { text.lowercased() }
