import SQLite
import ServiceKit

/// Products that somebody bought, at the prices of that moment.
struct Order: Hashable, Sendable {
    let id: Int64
    /// The subject of the user who bought.
    let buyer: String
    /// For whom it is, when the buyer said so.
    let customerName: String?
    var status: OrderStatus
    var payment: PaymentStatus
    /// Why it failed or was cancelled by the shop; nil otherwise.
    var failure: CheckoutFailure?
    let total: Money
    var items: [Item]
    /// Seconds since 1970, as the other one.
    let created: Int64
    var updated: Int64

    /// Some pieces of one product.
    struct Item: Hashable, Sendable {
        let product: Int64
        let name: String
        /// The subject of the user who sells it.
        let seller: String
        /// For one piece.
        let price: Money
        let quantity: Int64

        var total: Money { Money(minorUnits: price.minorUnits * quantity) }
    }

    /// Whether `caller` may know of it.
    func isVisible(to caller: Caller) -> Bool {
        caller.mayActFor(buyer) || items.contains { $0.seller == caller.subject }
    }

    /// Whether `caller` decides how it goes on: whoever sold all of it. What several sellers sold, an admin looks after.
    func isLed(by caller: Caller) -> Bool {
        caller.isAdmin || items.allSatisfy { $0.seller == caller.subject }
    }
}

extension Order: Resource {
    static let shape = Shape<Order>(
        "Order",
        [
            .integer("id") { $0.id }, .text("buyer") { $0.buyer },
            .optionalText("customer_name") { $0.customerName },
            .text("status", choices: OrderStatus.allCases.map(\.rawValue)) { $0.status.rawValue },
            .text("payment_status", choices: PaymentStatus.allCases.map(\.rawValue)) { $0.payment.rawValue },
            .optionalText("failure") { $0.failure?.detail }, .money("total") { $0.total },
            .list("items") { $0.items }, .time("created_at") { $0.created }, .time("updated_at") { $0.updated },
        ])
}

extension Order.Item: Resource {
    static let shape = Shape<Order.Item>(
        "OrderItem",
        [
            .integer("product_id") { $0.product }, .text("name") { $0.name }, .text("seller") { $0.seller },
            .money("price") { $0.price }, .integer("quantity") { $0.quantity },
        ])
}
