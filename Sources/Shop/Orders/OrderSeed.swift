import ServiceKit

/// Orders to look at. The users are the first ones of `auth`, alice and bob, and the products those of `products`.
enum OrderSeed {
    /// An order of the past.
    struct Sample: Sendable {
        let buyer: String
        let customerName: String?
        let status: OrderStatus
        /// Seconds since it was placed.
        let age: Int64
        let items: [Order.Item]
    }

    static let orders = [
        Sample(
            buyer: "1", customerName: nil, status: .delivered, age: 30 * 86_400,
            items: [item(3, "Headphones", seller: "2", 19_950, 1), item(6, "Swift in depth", seller: "2", 4200, 1)]),
        Sample(
            buyer: "1", customerName: nil, status: .shipped, age: 2 * 86_400,
            items: [item(8, "Desk lamp", seller: "2", 2999, 2)]),
        Sample(
            buyer: "2", customerName: "Bob", status: .delivered, age: 10 * 86_400,
            items: [item(4, "Coffee mug", seller: "1", 1250, 4)]),
    ]

    private static func item(
        _ product: Int64, _ name: String, seller: String, _ cents: Int64, _ quantity: Int64
    ) -> Order.Item {
        Order.Item(
            product: product, name: name, seller: seller, price: Money(minorUnits: cents), quantity: quantity)
    }
}
