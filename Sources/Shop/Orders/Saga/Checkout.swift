import ServiceKit

/// The saga of an order: what is done in other systems on its behalf, one step after the other.
///
///     reserving ---> charging ---> completing ---> done        stock is held | money is charged | stock leaves, cart empties
///         |             |              |             |
///         +-------------+--> undoing <-+-------------+          refused, unreachable, or cancelled
///                               |
///                               +----------------> done        money is given back | stock is let go
///
/// A step is written down before anything of it is done, and the next one when it is done: after a crash it is known what may
/// have happened. Everything that a step asks of others goes by ``reference`` and can be asked again, so a step that was cut
/// off is simply taken again. What undoes a step also keeps a late request of it from having any effect.
struct Checkout: Hashable, Sendable {
    var order: Order
    /// What inventory and the payment provider know the order by. It was chosen before they were asked.
    let reference: String
    var step: Step
    /// How often the step was in vain.
    var attempts: Int64 = 0
    /// What the buyer pays with.
    let paymentToken: String
    /// The items of the buyer's cart that were bought.
    let cartItems: [Int64]

    /// What is being done.
    enum Step: String, Sendable {
        case reserving, charging, completing, undoing, done
    }

    /// Seconds that a payment may take before it is undone. Inventory holds what is renewed for a quarter of an hour.
    static let patience: Int64 = 10 * 60

    /// Seconds until the step is tried again: 1, 2, 4 and so on up to a minute.
    var delay: Int64 { 1 << min(attempts, 6) > 60 ? 60 : 1 << attempts }

    /// What it becomes when it cannot go on.
    func failed(_ failure: CheckoutFailure) -> Checkout {
        var next = self
        next.step = .undoing
        next.attempts = 0
        // Whoever was told that it is paid is told that it is cancelled, not that it never was.
        next.order.status = order.status == .paid ? .cancelled : .failed
        next.order.failure = failure
        return next
    }
}
