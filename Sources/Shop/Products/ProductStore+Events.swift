import SQLite

/// What other services tell of products. The changes belong into the transaction that notes the event, so that each counts
/// once.
extension ProductStore {
    /// Counts pieces that were paid for, or with a negative number those that were given back.
    static func countSold(_ quantity: Int64, of product: Int64, in context: borrowing WriteContext) throws {
        try context.run(
            "UPDATE products SET sold = max(0, sold + ?2) WHERE id = ?1", .integer(product), .integer(quantity))
    }

    /// Notes how much there is of a product.
    static func setAvailability(
        _ availability: Availability, of product: Int64, in context: borrowing WriteContext
    ) throws {
        try context.run(
            "UPDATE products SET availability = ?2 WHERE id = ?1", .integer(product), .text(availability.rawValue))
    }
}
