import SQLite
import ServiceKit

/// Where a user wants things sent.
struct Address: Hashable, Sendable {
    let id: Int64
    let text: Text
    let isDefault: Bool
    /// Seconds since 1970, as the other one.
    let created: Int64
    let updated: Int64

    /// What is written on the parcel, and what the user calls the place. Fields that do not apply are empty.
    struct Text: Hashable, Sendable {
        var label = ""
        var recipient = ""
        var line1 = ""
        var line2 = ""
        var city = ""
        var region = ""
        var postalCode = ""
        /// ISO 3166-1 alpha-2.
        var country = ""
        var phone = ""
    }

    /// The columns that ``init(_:)`` reads.
    static let columns: SQL = """
        id, label, recipient, line1, line2, city, region, postal_code, country, phone, is_default, created, updated
        """

    /// Reads a row of ``columns``.
    init(_ row: borrowing Row) {
        id = row.integer(0)
        text = Text(
            label: row.text(1), recipient: row.text(2), line1: row.text(3), line2: row.text(4), city: row.text(5),
            region: row.text(6), postalCode: row.text(7), country: row.text(8), phone: row.text(9))
        isDefault = row.integer(10) != 0
        created = row.integer(11)
        updated = row.integer(12)
    }
}

extension Address: Resource {
    static let shape = Shape<Address>(
        "Address",
        [
            .integer("id") { $0.id }, .text("label") { $0.text.label }, .text("recipient") { $0.text.recipient },
            .text("line1") { $0.text.line1 }, .text("line2") { $0.text.line2 }, .text("city") { $0.text.city },
            .text("region") { $0.text.region }, .text("postal_code") { $0.text.postalCode },
            .text("country") { $0.text.country }, .text("phone") { $0.text.phone },
            .boolean("is_default") { $0.isDefault }, .time("created_at") { $0.created },
            .time("updated_at") { $0.updated },
        ])
}
