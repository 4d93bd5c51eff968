import SQLite
import ServiceKit

/// The catalogue: products that any signed-in user may sell and everybody may see.
struct ProductsHandler: ServiceHandler {
    static let name = "products"
    static let migrations = ProductMigrations.all

    private let store: ProductStore
    private let reviews: ReviewStore
    private let favorites: FavoriteStore
    private let now: @Sendable () -> Int64

    init(_ context: HandlerContext) {
        store = ProductStore(database: context.database)
        reviews = ReviewStore(database: context.database)
        favorites = FavoriteStore(database: context.database)
        now = context.now
    }

    func seed() async throws {
        try await store.seed(ProductSeed.products, at: now())
    }

    var consumers: [Consumer] { ProductNews.consumers }

    func addRoutes(to routes: inout Routes) {
        let write = Access.scope("products:write")
        addListRoutes(to: &routes)
        addProductRoutes(to: &routes, write)
        addReviewRoutes(to: &routes, write)
        addFavoriteRoutes(to: &routes, write)
    }

    private func addListRoutes(to routes: inout Routes) {
        routes.get("/products", "Lists products", access: .anyone, query: ProductQuery.self) { try await list($0) }
        for pattern: StaticString in ["/products/category/{category}", "/categories/{category}"] {
            routes.get(pattern, "Lists the products of a category", access: .anyone, query: ProductQuery.self) {
                try await list($0, category: $0.parameters.text("category"))
            }
        }
        routes.get("/categories", "Lists categories", access: .anyone, query: CategoryQuery.self) {
            try await listCategories($0)
        }
        routes.get("/search", "Searches products", access: .anyone, query: ProductSearch.self) { call in
            let search = call.query
            return search.page.reply(try await store.products(search), to: call.request, position: search.position(of:))
        }
    }

    private func addProductRoutes(to routes: inout Routes, _ write: Access) {
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

    private func addReviewRoutes(to routes: inout Routes, _ write: Access) {
        let pattern: StaticString = "/products/{id:int}/reviews"
        routes.get(pattern, "Lists the reviews of a product", access: .anyone, query: ReviewQuery.self) { call in
            let query = call.query
            let found = try await reviews.reviews(of: call.parameters.integer("id"), query)
            return query.page.reply(found, to: call.request, position: query.position(of:))
        }
        let review = Operation("Reviews a product, once", refusals: [409])
        routes.post(pattern, review, access: write, body: ReviewDraft.self) { call in
            let (id, author) = (call.parameters.integer("id"), try call.caller().subject)
            return .ok(try await reviews.create(call.body, of: id, by: author, at: now()))
        }
    }

    private func addFavoriteRoutes(to routes: inout Routes, _ write: Access) {
        routes.get("/favorites", "Lists the caller's favourite products", query: FavoriteQuery.self) { call in
            let query = call.query
            let found = try await favorites.favorites(of: call.caller().subject, query)
            return query.page.reply(found, to: call.request, position: query.position(of:))
        }
        let add = Operation("Makes a product a favourite", refusals: [409, 422])
        routes.post("/favorites", add, access: write, body: FavoriteDraft.self) { call in
            let product = try await favorites.add(call.body.product, for: call.caller().subject, at: now())
            return .created(product, at: "/products/\(product.id)")
        }
        routes.delete("/favorites/{product_id:int}", "Makes a product no favourite", access: write) { call in
            let product = call.parameters.integer("product_id")
            try await favorites.remove(product, for: call.caller().subject)
            return .ok(Done(product, "The product is no favourite any more."))
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
