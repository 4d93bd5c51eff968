import ServiceKit

/// Pieces that are kept for somebody until they are sold or let go.
///
///     held --commit--> committed      the pieces left the store
///      |                   |
///      +----release--------+--> released      they can be sold again
///
/// Nothing leads out of `released`: a reservation that arrives after its release is refused.
struct Reservation: Hashable, Sendable {
    /// Seconds that one is held without being renewed.
    static let lifetime: Int64 = 15 * 60

    /// Chosen by whoever reserves.
    let id: String
    var state: State
    /// In the order of the products.
    let items: [Item]
    /// Seconds since 1970.
    var expires: Int64

    /// What became of it.
    enum State: String, CaseIterable, Sendable {
        case held, committed, released
    }

    /// Some pieces of one product.
    struct Item: Hashable, Sendable {
        let product: Int64
        let quantity: Int64
    }
}

extension Reservation: Resource {
    static let shape = Shape<Reservation>(
        "Reservation",
        [
            .text("id") { $0.id },
            .text("state", choices: State.allCases.map(\.rawValue)) { $0.state.rawValue },
            .list("items") { $0.items }, .time("expires_at") { $0.expires },
        ])
}

extension Reservation.Item: Resource, Input {
    static let shape = Shape<Reservation.Item>(
        "ReservedItem", [.integer("product_id") { $0.product }, .integer("quantity") { $0.quantity }])

    init(_ form: inout Form) {
        product = form.integer("product_id", 1...Int64.max)
        quantity = form.integer("quantity", 1...StockLevel.largest)
    }
}

/// A reservation that is to be made.
struct ReservationDraft: Hashable, Input {
    let id: String
    /// As they were sent, each product once.
    let items: [Reservation.Item]

    init(_ form: inout Form) {
        id = form.text("id", 1...100)
        items = form.list("items", 1...100, of: Reservation.Item.self)
        // What is wrong reads as something else, which may be there twice.
        guard form.errors.isEmpty else { return }
        var products: Set<Int64> = []
        for (index, item) in items.enumerated() where !products.insert(item.product).inserted {
            form.refuse("items[\(index)].product_id", "is there already")
        }
    }
}
