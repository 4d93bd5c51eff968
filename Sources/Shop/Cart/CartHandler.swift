import HTTP
import ServiceKit

/// What each user wants to buy. Everybody sees and changes only their own cart.
struct CartHandler: ServiceHandler {
    static let name = "cart"
    static let migrations = CartMigrations.all

    private let store: CartStore
    private let products: ProductDirectory
    private let now: @Sendable () -> Int64

    init(_ context: HandlerContext) {
        store = CartStore(database: context.database)
        products = ProductDirectory(services: context.services)
        now = context.now
    }

    /// Everybody begins with an empty cart.
    func seed() async throws {}

    func addRoutes(to routes: inout Routes) {
        let write = Access.scope("cart:write")
        routes.get("/cart", "Shows the caller's cart", access: .scope("cart:read")) { call in
            let items = try await store.items(of: call.caller().subject)
            return .ok(Cart(items, try await products.products(items.map(\.product), for: call.request)))
        }
        routes.delete("/cart", "Empties the caller's cart", access: write) { call in
            try await store.clear(call.caller().subject)
            return .ok(Cart([], [:]))
        }
        let add = Operation("Adds pieces of a product to those in the cart", refusals: [409, 422])
        routes.post("/cart/items", add, access: write, body: CartItemDraft.self) { call in
            let user = try call.caller().subject
            guard let product = try await products.product(call.body.product, for: call.request) else {
                throw Problem.unknownProduct(call.body.product)
            }
            let item = try await store.add(call.body, for: user, at: now())
            return .created(Cart.Line(item: item, product: product), at: "/cart/items/\(item.id)")
        }
        let item: StaticString = "/cart/items/{item_id:int}"
        routes.put(item, "Changes the number of pieces", access: write, body: CartItemChange.self) { call in
            let id = call.parameters.integer("item_id")
            let item = try await store.change(id, of: call.caller().subject, to: call.body.quantity, at: now())
            return .ok(Cart.Line(item: item, product: try await products.product(item.product, for: call.request)))
        }
        routes.delete(item, "Takes a product out of the cart", access: write) { call in
            let id = call.parameters.integer("item_id")
            try await store.remove(id, of: call.caller().subject)
            return .ok(Done(id, "The item was taken out of the cart."))
        }
        // What was ordered leaves the cart later, maybe when its owner's token has ended; what was added since stays.
        routes.on(
            .delete, "/carts/{user}/items", "Takes what was ordered out of a user's cart",
            access: .service("cart:clear"),
            query: OrderedItems.self, body: NoInput.self, status: 204
        ) { call in
            try await store.remove(call.query.ids, of: call.parameters.text("user"))
            return .nothing
        }
    }
}

/// Which items were ordered.
private struct OrderedItems: Input {
    let ids: [Int64]

    init(_ form: inout Form) { ids = form.integers("ids", 1...Int(CartStore.limit)) }
}
