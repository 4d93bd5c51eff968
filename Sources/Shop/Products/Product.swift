import SQLite
import ServiceKit
import Telemetry

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

    var json: JSON {
        [
            "id": .integer(id), "name": .string(name), "description": .string(description), "price": price.json,
            "category": .string(category), "seller": .string(seller),
            "created_at": .string(WallClock.timestamp(unixMilliseconds: created * 1000)),
            "updated_at": .string(WallClock.timestamp(unixMilliseconds: updated * 1000)),
        ]
    }
}

/// Text as it is compared when letter case does not matter.
func folded(_ text: String) -> String { text.lowercased() }
