import ServiceKit

/// Whoever moves the money. It is another system: any call may fail before it did anything, or after it did everything.
///
/// Each payment has an id that the shop chose before it asked, so that every call can be repeated until it is answered:
///
///                  +--> declined
///     processing --+--> charged --refund--> refunded
///                                           void      refunded before it was ever charged: it never will be
protocol PaymentProvider: Sendable {
    /// What is charged when neither the request nor the buyer's profile says; nil when there is no such thing.
    var defaultToken: String? { get }

    /// Charges, once: again, it tells what came of it.
    ///
    /// - Parameters:
    ///   - id: the payment, chosen by the shop.
    ///   - amount: how much.
    ///   - token: what the provider gave the buyer in place of a card's number.
    func charge(_ id: String, _ amount: Money, token: String) async throws(PaymentError) -> Payment

    /// What came of a payment; nil when the provider never heard of it.
    func find(_ id: String) async throws(PaymentError) -> Payment?

    /// Gives the money back, once. A payment that is not charged yet never will be.
    func refund(_ id: String) async throws(PaymentError) -> Payment
}

/// What came of a payment.
enum Payment: String, Hashable, Sendable {
    /// It is not known yet.
    case processing
    /// The buyer paid.
    case charged
    /// The buyer did not pay, and this payment never will be.
    case declined
    /// The buyer paid and has the money back.
    case refunded
    /// It was undone before it was made.
    case void
}

/// Why the provider gave no answer.
enum PaymentError: Error, Hashable, Sendable {
    /// The time was up: the buyer may have paid.
    case timedOut
    /// The provider was not reached.
    case unreachable
}
