import SQLite
import ServiceKit

/// How a user pays: a token of the payment provider, with what people know the card by.
struct PaymentMethod: Hashable, Sendable {
    let id: Int64
    let token: String
    let brand: String
    let lastFour: String
    let isDefault: Bool
    /// Seconds since 1970.
    let created: Int64

    /// The columns that ``init(_:)`` reads.
    static let columns: SQL = "id, token, brand, last_four, is_default, created"

    /// Reads a row of ``columns``.
    init(_ row: borrowing Row) {
        id = row.integer(0)
        token = row.text(1)
        brand = row.text(2)
        lastFour = row.text(3)
        isDefault = row.integer(4) != 0
        created = row.integer(5)
    }

    /// One to be.
    struct Draft: Input {
        let token: String
        let brand: String
        let lastFour: String
        let isDefault: Bool

        init(token: String, brand: String, lastFour: String, isDefault: Bool) {
            self.token = token
            self.brand = brand
            self.lastFour = lastFour
            self.isDefault = isDefault
        }

        init(_ form: inout Form) {
            form.refuse(CardNumber.refusal, whereAnyText: CardNumber.isLike)
            token = form.text("token", 1...200)
            if !token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) {
                form.refuse("token", "must be made of letters, digits and punctuation")
            }
            brand = form.text("brand", 1...50)
            lastFour = form.text("last_four", 4...4)
            let isDigits = lastFour.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            if form.has("last_four"), !isDigits { form.refuse("last_four", "must be the last four digits") }
            isDefault = form.optionalBoolean("is_default") ?? false
        }
    }
}

extension PaymentMethod: Resource {
    static let shape = Shape<PaymentMethod>(
        "PaymentMethod",
        [
            .integer("id") { $0.id }, .text("token") { $0.token }, .text("brand") { $0.brand },
            .text("last_four") { $0.lastFour }, .boolean("is_default") { $0.isDefault },
            .time("created_at") { $0.created },
        ])
}
