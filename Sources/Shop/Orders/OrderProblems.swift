import ServiceKit

extension Problem {
    /// 404: not there, or nothing to do with the caller.
    static func noOrder(_ id: Int64) -> Problem { .notFound("There is no order \(id).") }

    /// 403: the caller may see it, and somebody else decides.
    static func notYours(_ id: Int64) -> Problem { .forbidden("Order \(id) is not yours to change in this way.") }

    /// 409: the status does not lead there.
    static func illegal(_ order: Order, _ next: OrderStatus) -> Problem {
        .conflict(
            "illegal-transition", "Order \(order.id) is \(order.status.rawValue) and cannot become \(next.rawValue).",
            field: "status")
    }

    /// 409: its checkout or its undoing is not over.
    static func unsettled(_ id: Int64) -> Problem {
        Problem(
            409, "unsettled", "Conflict", "Order \(id) is still being settled with other services.",
            fields: [HeaderField("retry-after", "1")])
    }

    /// 409: another order has what is in the cart.
    static func cartIsTaken(by order: Int64) -> Problem {
        .conflict("checkout-running", "Order \(order) is buying what is in your cart.")
    }

    /// 503: somebody works on it.
    static let orderIsPending = Problem.unavailable("The order is being placed; ask again.")

    /// 422: nothing to buy.
    static let emptyCart = Problem(422, "empty-cart", "Empty cart", "There is nothing in your cart.")

    /// 422: more money than amounts can tell.
    static let tooExpensive = Problem(422, "too-expensive", "Too expensive", "The order is worth too much.")
}
