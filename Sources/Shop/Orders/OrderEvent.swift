import SQLite
import ServiceKit

/// What other services are told of orders. Each one that was placed is later told to be paid or cancelled, or one after the
/// other.
enum OrderEvent: Hashable, Sendable {
    case placed
    case paid
    /// It came to nothing.
    case cancelled(wasPaid: Bool)

    /// What a change of an order is to others; nil for one that does not concern them.
    init?(from previous: Order, to next: Order) {
        switch next.status {
        case previous.status: return nil
        case .paid: self = .paid
        case .cancelled, .failed: self = .cancelled(wasPaid: previous.payment == .charged)
        case .pending, .pendingPayment, .shipped, .delivered: return nil
        }
    }

    /// The kind of event.
    var kind: String {
        switch self {
        case .placed: "order.placed"
        case .paid: "order.paid"
        case .cancelled: "order.cancelled"
        }
    }
}

extension Outbox {
    /// Writes the event of an order beside its change.
    func append(
        _ event: OrderEvent, of order: Order, at time: Int64, in context: borrowing WriteContext
    ) throws(DatabaseError) {
        let items = order.items.map {
            ["product_id": .integer($0.product), "quantity": .integer($0.quantity)] as JSON
        }
        var members = [
            JSON.Member("order_id", .integer(order.id)), .init("buyer", .string(order.buyer)),
            .init("total", order.total.json), .init("items", .array(items)),
        ]
        if case .cancelled(let wasPaid) = event { members.append(.init("paid", .boolean(wasPaid))) }
        try append(event.kind, key: String(order.id), .object(members), at: time, in: context)
    }
}
