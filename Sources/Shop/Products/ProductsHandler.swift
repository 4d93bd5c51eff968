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
        routes.get("/products", access: .anyone) { try await list($0) }
        routes.get("/products/category/{category}", access: .anyone) {
            try await list($0, category: $0.parameters.text("category"))
        }
        routes.get("/categories/{category}", access: .anyone) {
            try await list($0, category: $0.parameters.text("category"))
        }
        routes.get("/categories", access: .anyone) { try await listCategories($0) }
        routes.get("/products/{id:int}", access: .anyone) {
            .json(try await store.product($0.parameters.integer("id")).json)
        }
        routes.post("/products", access: write) { try await create($0) }
        routes.post("/create-product", access: write) { try await create($0) }
        routes.put("/products/{id:int}", access: write) { try await change($0) }
        routes.put("/update-product/{id:int}", access: write) { try await change($0) }
        routes.delete("/products/{id:int}", access: write) { request in
            let id = request.parameters.integer("id")
            try await store.delete(id, by: request.caller())
            return .json(["id": .integer(id), "message": "The product was deleted."])
        }
    }

    private func list(_ request: ServiceRequest, category: String? = nil) async throws -> ServiceResponse {
        let query = try ProductQuery(request.query, category: category)
        let products = try await store.products(query)
        return query.page.response(products, to: request, json: \.json, position: query.position(of:))
    }

    private func listCategories(_ request: ServiceRequest) async throws -> ServiceResponse {
        var form = Form(request.query)
        let page = Page(&form, order: "categories")
        try form.check()
        let categories = try await store.categories(after: page.start?.key, limit: page.limit + 1)
        return page.response(
            categories, to: request,
            json: { ["name": .string($0.name), "products": .integer($0.count)] },
            position: { Page.Position(order: "categories", key: folded($0.name), id: 0) })
    }

    private func create(_ request: ServiceRequest) async throws -> ServiceResponse {
        let draft = try ProductDraft(request.form())
        let product = try await store.create(draft, seller: request.caller().subject, at: now())
        return .created(product.json, at: "/products/\(product.id)")
    }

    private func change(_ request: ServiceRequest) async throws -> ServiceResponse {
        let change = try ProductChange(request.form())
        let id = request.parameters.integer("id")
        return .json(try await store.change(id, change, by: request.caller(), at: now()).json)
    }
}
