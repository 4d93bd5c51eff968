/// How far an order is.
///
///     pending --> paid --> shipped --> delivered
///        |  |      ^ |
///        |  v      | +-----> cancelled
///        |  pending_payment -^
///        |         |
///        +---------+-------> failed
///
/// The checkout leads to `paid` or `failed`; from there on people decide.
enum OrderStatus: String, CaseIterable, Sendable {
    /// Its checkout is going on.
    case pending
    /// The payment provider has not said yet whether it was paid.
    case pendingPayment = "pending_payment"
    case paid
    case shipped
    case delivered
    case cancelled
    /// It came to nothing, and everything was undone.
    case failed

    /// Whether a person may make `next` of it.
    func allows(_ next: OrderStatus) -> Bool {
        switch (self, next) {
        case (.paid, .shipped), (.shipped, .delivered), (.paid, .cancelled), (.pendingPayment, .cancelled): true
        default: false
        }
    }

    /// Whether nothing follows.
    var isFinal: Bool { [.delivered, .cancelled, .failed].contains(self) }
}

/// What became of an order's money.
enum PaymentStatus: String, CaseIterable, Sendable {
    /// Nobody was asked for any.
    case none
    /// The provider was asked, and may have it.
    case pending
    case charged
    case declined
    case refunded
}
