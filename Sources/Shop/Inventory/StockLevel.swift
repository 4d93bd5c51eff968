import SQLite
import ServiceKit

/// How many pieces of a product there are.
struct StockLevel: Hashable, Sendable {
    /// The most pieces that one product may have.
    static let largest: Int64 = 1_000_000_000

    let product: Int64
    /// Pieces in the store, reserved ones too.
    let onHand: Int64
    /// Pieces that unfinished reservations hold.
    let reserved: Int64
    /// With as many or fewer available, stock is low.
    let lowAt: Int64
    /// Seconds since 1970.
    let updated: Int64

    /// Pieces that can be reserved.
    var available: Int64 { onHand - reserved }

    /// What customers are told.
    var availability: Availability {
        if available == 0 { return .soldOut }
        return available <= lowAt ? .low : .inStock
    }

    /// The columns that ``init(_:)`` reads.
    static let columns: SQL = "product_id, on_hand, reserved, low_at, updated"

}

extension StockLevel {
    /// Reads a row of ``columns``.
    init(_ row: borrowing Row) {
        product = row.integer(0)
        onHand = row.integer(1)
        reserved = row.integer(2)
        lowAt = row.integer(3)
        updated = row.integer(4)
    }

    /// The same before pieces came or were reserved.
    func before(onHand coming: Int64, reserved reserving: Int64) -> StockLevel {
        StockLevel(
            product: product, onHand: onHand - coming, reserved: reserved - reserving, lowAt: lowAt, updated: updated)
    }
}

extension StockLevel: Resource {
    static let shape = Shape<StockLevel>(
        "StockLevel",
        [
            .integer("product_id") { $0.product }, .integer("on_hand") { $0.onHand },
            .integer("reserved") { $0.reserved }, .integer("available") { $0.available },
            .integer("low_at") { $0.lowAt },
            .text("availability", choices: Availability.allCases.map(\.rawValue)) { $0.availability.rawValue },
            .time("updated_at") { $0.updated },
        ])
}

/// A stock level that is to be made.
struct StockDraft: Hashable, Input {
    let product: Int64
    let quantity: Int64
    let lowAt: Int64

    init(product: Int64, quantity: Int64, lowAt: Int64 = 5) {
        self.product = product
        self.quantity = quantity
        self.lowAt = lowAt
    }

    init(_ form: inout Form) {
        product = form.integer("product_id", 1...Int64.max)
        quantity = form.integer("quantity", 0...StockLevel.largest)
        lowAt = form.optionalInteger("low_at", 0...StockLevel.largest) ?? 5
    }
}

/// What is to be changed of a stock level; nil stays as it is.
struct StockChange: Hashable, Input {
    let quantity: Int64?
    let lowAt: Int64?

    init(_ form: inout Form) {
        quantity = form.optionalInteger("quantity", 0...StockLevel.largest)
        lowAt = form.optionalInteger("low_at", 0...StockLevel.largest)
        form.requireAny(of: ["quantity", "low_at"])
    }
}
