import SQLite
import ServiceKit

/// Tells others when there is little left of a product, nothing, or enough again: once each time that this changes.
struct StockEvents: Sendable {
    let outbox: Outbox

    /// Compares a product's level before and after a change, in whose transaction it is called.
    func tell(
        _ product: Int64, from before: StockLevel?, to after: StockLevel?, at now: Int64,
        in context: borrowing WriteContext
    ) throws(DatabaseError) {
        // A product without a level cannot be reserved either.
        let old = before?.availability ?? .soldOut
        let new = after?.availability ?? .soldOut
        guard old != new else { return }
        try outbox.append(
            new == .inStock ? "stock.back" : "stock.low", key: String(product),
            [
                "product_id": .integer(product), "availability": .string(new.rawValue),
                "available": .integer(after?.available ?? 0),
            ], at: now, in: context)
    }
}
