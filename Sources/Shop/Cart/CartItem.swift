import SQLite
import ServiceKit

/// Some pieces of one product in a user's cart. What the product is called and costs is asked for when it is shown.
struct CartItem: Hashable, Sendable {
    /// How many pieces one item may be.
    static let quantities: ClosedRange<Int64> = 1...1000

    let id: Int64
    let product: Int64
    let quantity: Int64
    /// Seconds since 1970.
    let created: Int64

    /// The columns that ``init(_:)`` reads.
    static let columns: SQL = "id, product_id, quantity, created"

    /// Reads a row of ``columns``.
    init(_ row: borrowing Row) {
        id = row.integer(0)
        product = row.integer(1)
        quantity = row.integer(2)
        created = row.integer(3)
    }
}

/// What is to be put into the cart.
struct CartItemDraft: Hashable, Input {
    let product: Int64
    let quantity: Int64

    init(_ form: inout Form) {
        product = form.integer("product_id", 1...Int64.max)
        quantity = form.optionalInteger("quantity", CartItem.quantities) ?? 1
    }
}

/// How many pieces an item is to be.
struct CartItemChange: Hashable, Input {
    let quantity: Int64

    init(_ form: inout Form) { quantity = form.integer("quantity", CartItem.quantities) }
}
