import HTTP
import ServiceKit

/// What orders need of `cart`.
struct CartClient: Sendable {
    /// The scope that the service's own token needs for it.
    static let scope = "cart:clear"

    let services: ServiceClient

    /// An item of a cart.
    struct Item: Hashable, Sendable {
        let id: Int64
        let line: OrderLine
    }

    /// What is in the cart of whoever sent `request`.
    func items(for request: ServiceRequest) async throws(Unavailable) -> [Item] {
        let answer = try await services.ask(.get, "cart", "/cart", for: request, as: .caller)
        guard answer.status == 200, case .array(let elements)? = answer.json?["items"] else {
            throw Unavailable("cart", answer)
        }
        return elements.compactMap(Item.init)
    }

    /// Takes items out of a user's cart, those that are still in it.
    func remove(_ items: [Int64], of user: String) async throws(Unavailable) {
        let list = items.map(String.init).joined(separator: ",")
        let target = "/carts/\(Parameters.encode(user))/items?ids=\(list)"
        let answer = try await services.ask(.delete, "cart", target)
        guard answer.status == 204 else { throw Unavailable("cart", answer) }
    }
}

extension CartClient.Item {
    /// Reads an item as `cart` writes it.
    init?(_ json: JSON) {
        guard let id = json["item_id"]?.integer, let product = json["product_id"]?.integer,
            let quantity = json["quantity"]?.integer
        else { return nil }
        self.init(id: id, line: OrderLine(product: product, quantity: quantity))
    }
}
