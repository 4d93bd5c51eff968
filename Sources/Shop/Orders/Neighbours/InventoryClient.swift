import HTTP
import ServiceKit

/// What a checkout asks of `inventory`. Each of these can be asked again.
struct InventoryClient: Sendable {
    /// The scope that the service's own token needs for it.
    static let scope = "inventory:reserve"

    let services: ServiceClient

    /// What became of a reservation.
    enum Stock: Hashable {
        /// The pieces are kept.
        case held
        /// There are too few of these items.
        case lacking([Problem.FieldError])
        /// They were kept, and are no longer.
        case released
    }

    /// Has the pieces of an order kept, or kept for longer.
    func reserve(_ checkout: Checkout, for request: ServiceRequest?) async throws(Unavailable) -> Stock {
        let items = checkout.order.items.map {
            ["product_id": .integer($0.product), "quantity": .integer($0.quantity)] as JSON
        }
        let body: JSON = ["id": .string(checkout.reference), "items": .array(items)]
        let answer = try await services.ask(
            .post, "inventory", "/reservations", body, key: checkout.reference, for: request)
        switch answer.status {
        case 201: return .held
        case 409 where answer.problem == "out-of-stock": return .lacking(answer.fieldErrors)
        case 409 where answer.problem == "released": return .released
        default: throw Unavailable("inventory", answer)
        }
    }

    /// Lets the pieces leave the store.
    ///
    /// - Returns: false when they are not kept any more.
    func commit(_ reference: String) async throws(Unavailable) -> Bool {
        let answer = try await services.ask(
            .post, "inventory", "/reservations/\(reference)/commit", key: reference)
        switch (answer.status, answer.problem) {
        case (200, _): return true
        case (404, "not-found"), (409, "released"): return false
        default: throw Unavailable("inventory", answer)
        }
    }

    /// Has the pieces sold to others, also those that left the store, and keeps them from being reserved by this order.
    func release(_ reference: String) async throws(Unavailable) {
        let answer = try await services.ask(.delete, "inventory", "/reservations/\(reference)")
        guard answer.status == 200 else { throw Unavailable("inventory", answer) }
    }
}
