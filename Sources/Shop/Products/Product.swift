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

    /// The columns that ``init(_:)`` reads.
    static let columns: SQL = "id, name, description, price, category, seller, created, updated"

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
    }

}

extension Product: Resource {
    static let shape = Shape<Product>(
        "Product",
        [
            .integer("id") { $0.id }, .text("name") { $0.name }, .text("description") { $0.description },
            .money("price") { $0.price }, .text("category") { $0.category }, .text("seller") { $0.seller },
            .time("created_at") { $0.created }, .time("updated_at") { $0.updated },
        ])
}

/// Text as it is compared when letter case does not matter.
func folded(_ text: String) -> String { text.lowercased() }
