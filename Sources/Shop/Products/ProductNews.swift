import SQLite
import ServiceKit

/// What other services tell of products. Each change is made in the transaction that notes the event, so that it counts
/// once.
enum ProductNews {
    static let consumers = [
        Consumer("stock.low") { try setAvailability($0, in: $1) },
        Consumer("stock.back") { try setAvailability($0, in: $1) },
        Consumer("order.paid") { try count($0, 1, in: $1) },
        Consumer("order.cancelled") { try count($0, -1, in: $1) },
    ]

    private static func setAvailability(_ event: Event, in context: borrowing WriteContext) throws {
        let stock = try read(StockNews.self, from: event)
        // A product that was deleted in between needs none.
        try context.run(
            "UPDATE products SET availability = ?2 WHERE id = ?1", .integer(stock.product),
            .text(stock.availability.rawValue))
    }

    /// Counts pieces that were paid for, and those of them that were given back.
    private static func count(_ event: Event, _ sign: Int64, in context: borrowing WriteContext) throws {
        let order = try read(OrderNews.self, from: event)
        guard order.isPaid else { return }
        for item in order.items {
            try context.run(
                "UPDATE products SET sold = max(0, sold + ?2) WHERE id = ?1", .integer(item.product),
                .integer(sign * item.quantity))
        }
    }

    private static func read<News: Input>(_ type: News.Type, from event: Event) throws(Problem) -> News {
        guard case .object(let members) = event.payload else {
            throw .badRequest("malformed-event", "The payload must be an object.")
        }
        var form = Form(members)
        let news = News(&form)
        try form.check()
        return news
    }
}

/// How much there is of a product, as `inventory` tells it.
private struct StockNews: Input {
    let product: Int64
    let availability: Availability

    init(_ form: inout Form) {
        product = form.integer("product_id", 1...Int64.max)
        availability = form.choice("availability", Availability.self)
    }
}

/// What was ordered, as `orders` tells it.
private struct OrderNews: Input {
    /// False for an order that was cancelled before it was paid.
    let isPaid: Bool
    let items: [Item]

    struct Item: Input {
        let product: Int64
        let quantity: Int64

        init(_ form: inout Form) {
            product = form.integer("product_id", 1...Int64.max)
            quantity = form.integer("quantity", 1...1_000_000_000)
        }
    }

    init(_ form: inout Form) {
        isPaid = form.optionalBoolean("paid") ?? true
        items = form.list("items", 1...1000, of: Item.self)
    }
}
