import ServiceKit

/// Who is told what. A kind of event that is not listed is written down by its service and goes nowhere.
enum Subscriptions {
    static let all = [
        // A user has a profile from the start.
        Subscription("user.registered", to: "profile"),
        // What was sold, and whether there is more of it, is part of the catalogue.
        Subscription("order.paid", to: "products"),
        Subscription("order.cancelled", to: "products"),
        Subscription("stock.low", to: "products"),
        Subscription("stock.back", to: "products"),
    ]
}

extension Outbox {
    /// The outbox of one of the shop's services.
    ///
    /// - Parameters:
    ///   - source: the service's name.
    ///   - context: what its handler was given.
    init(_ source: String, _ context: HandlerContext) {
        self.init(source, Subscriptions.all, context)
    }
}
