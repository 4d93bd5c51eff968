import SQLite
import ServiceKit

/// The catalogue: products that any signed-in user may sell and everybody may see.
struct ProductsHandler: ServiceHandler {
    static let name = "products"
    static let migrations = ProductMigrations.all

    private let store: ProductStore
    private let now: @Sendable () -> Int64

    init(_ context: HandlerContext) {
        store = ProductStore(database: context.database)
        now = context.now
    }

    func seed() async throws {
        try await store.seed(ProductSeed.products, at: now())
    }

    func addRoutes(to routes: inout Routes) {
        let write = Access.scope("products:write")
        routes.get("/products", "Lists products", access: .anyone, query: ProductQuery.self) { try await list($0) }
        for pattern: StaticString in ["/products/category/{category}", "/categories/{category}"] {
            routes.get(pattern, "Lists the products of a category", access: .anyone, query: ProductQuery.self) {
                try await list($0, category: $0.parameters.text("category"))
            }
        }
        routes.get("/categories", "Lists categories", access: .anyone, query: CategoryQuery.self) {
            try await listCategories($0)
        }
        routes.get("/products/{id:int}", "Shows a product", access: .anyone) {
            .ok(try await store.product($0.parameters.integer("id")))
        }
        for pattern: StaticString in ["/products", "/create-product"] {
            routes.post(pattern, "Offers a product", access: write, body: ProductDraft.self) { call in
                let product = try await store.create(call.body, seller: call.caller().subject, at: now())
                return .created(product, at: "/products/\(product.id)")
            }
        }
        for pattern: StaticString in ["/products/{id:int}", "/update-product/{id:int}"] {
            routes.put(pattern, "Changes a product", access: write, body: ProductChange.self) { call in
                let id = call.parameters.integer("id")
                return .ok(try await store.change(id, call.body, by: call.caller(), at: now()))
            }
        }
        routes.delete("/products/{id:int}", "Removes a product", access: write) { call in
            let id = call.parameters.integer("id")
            try await store.delete(id, by: call.caller())
            return .ok(Done(id, "The product was deleted."))
        }
    }

    private func list(
        _ call: Call<ProductQuery, NoInput>, category: String? = nil
    ) async throws -> Reply<Listing<Product>> {
        let query = category.map(call.query.within) ?? call.query
        let products = try await store.products(query)
        return query.page.reply(products, to: call.request, position: query.position(of:))
    }

    private func listCategories(
        _ call: Call<CategoryQuery, NoInput>
    ) async throws -> Reply<Listing<ProductStore.Category>> {
        let page = call.query.page
        let categories = try await store.categories(after: page.start?.key, limit: page.limit + 1)
        return page.reply(categories, to: call.request) {
            Page.Position(order: CategoryQuery.order, key: folded($0.name), id: 0)
        }
    }
}

/// Which categories are listed.
private struct CategoryQuery: Input {
    static let order = "categories"
    let page: Page

    init(_ form: inout Form) { page = Page(&form, order: Self.order) }
}

extension ProductStore.Category: Resource {
    static let shape = Shape<Self>("Category", [.text("name") { $0.name }, .integer("products") { $0.count }])
}
