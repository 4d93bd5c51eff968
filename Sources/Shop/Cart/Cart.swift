import ServiceKit

/// A user's cart as it is shown: with the names and prices that the products have now.
struct Cart: Hashable, Sendable {
    /// In the order in which they were added.
    let lines: [Line]

    /// An item with its product.
    struct Line: Hashable, Sendable {
        let item: CartItem
        /// Nil when it is not for sale any more.
        let product: ProductDirectory.Entry?

        /// What the pieces cost together; nothing when they are not for sale.
        var total: Money { Money(minorUnits: (product?.price.minorUnits ?? 0) * item.quantity) }
    }

    init(_ items: [CartItem], _ products: [Int64: ProductDirectory.Entry]) {
        lines = items.map { Line(item: $0, product: products[$0.product]) }
    }

    /// What all of it costs.
    var total: Money { Money(minorUnits: lines.reduce(0) { $0 + $1.total.minorUnits }) }
}

extension Cart: Resource {
    static let shape = Shape<Cart>(
        "Cart",
        [
            .list("items") { $0.lines }, .integer("count") { $0.lines.reduce(0) { $0 + $1.item.quantity } },
            .init("total", .number) { $0.total.json },
        ])
}

extension Cart.Line: Resource {
    static let shape = Shape<Cart.Line>(
        "CartItem",
        [
            .integer("item_id") { $0.item.id }, .integer("product_id") { $0.item.product },
            .optionalText("name") { $0.product?.name },
            .init("price", Schema.money.orNull) { $0.product?.price.json ?? .null },
            .integer("quantity", CartItem.quantities) { $0.item.quantity },
            .init("total", .number) { $0.total.json },
            .boolean("is_for_sale") { $0.product != nil }, .time("added_at") { $0.item.created },
        ])
}
