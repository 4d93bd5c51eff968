import ServiceKit

/// How many pieces there are of each product, and which of them are spoken for.
///
/// A stock level belongs to the product's seller, and everybody who signed in may see it. Only services reserve.
struct InventoryHandler: ServiceHandler {
    static let name = "inventory"
    static let migrations = InventoryMigrations.all
    static let scopes = ["events:write"]

    private let stock: StockStore
    private let reservations: ReservationStore
    private let products: ProductDirectory
    private let now: @Sendable () -> Int64

    init(_ context: HandlerContext) {
        let events = StockEvents(outbox: Outbox(Self.name, context))
        let reservations = ReservationStore(database: context.database, events: events)
        stock = StockStore(database: context.database, events: events)
        self.reservations = reservations
        products = ProductDirectory(services: context.services)
        now = context.now
        // Whoever could not reach this service while it was away comes back first.
        let earliest = context.now() + 120
        context.jobs.every(15, "expire reservations") { [now] in
            guard now() >= earliest else { return }
            try await reservations.expire(at: now())
        }
    }

    func seed() async throws {
        try await stock.seed(InventorySeed.levels, at: now())
    }

    func addRoutes(to routes: inout Routes) {
        addStockRoutes(to: &routes)
        addReservationRoutes(to: &routes)
    }

    private func addStockRoutes(to routes: inout Routes) {
        let write = Access.scope("inventory:write")
        routes.get("/inventory", "Lists stock levels", query: StockQuery.self) { try await list($0) }
        routes.get("/inventory/{product_id:int}", "Shows a stock level") {
            .ok(try await stock.level(of: $0.parameters.integer("product_id")))
        }
        let create = Operation("Adds a stock level", refusals: [403, 409, 422])
        routes.post("/inventory", create, access: write, body: StockDraft.self) { call in
            guard try await mayChange(call.body.product, call) else {
                throw Problem.unknownProduct(call.body.product)
            }
            let level = try await stock.create(call.body, at: now())
            return .created(level, at: "/inventory/\(level.product)")
        }
        let change = Operation("Changes a stock level", refusals: [409])
        routes.put("/inventory/{product_id:int}", change, access: write, body: StockChange.self) { call in
            let product = try await ownProduct(call)
            return .ok(try await stock.change(product, call.body, at: now()))
        }
        let delete = Operation("Removes a stock level", refusals: [409])
        routes.delete("/inventory/{product_id:int}", delete, access: write) { call in
            let product = try await ownProduct(call)
            try await stock.delete(product, at: now())
            return .ok(Done(product, "The stock level was deleted."))
        }
    }

    private func addReservationRoutes(to routes: inout Routes) {
        let access = Access.service("inventory:reserve")
        let reserve = Operation("Reserves pieces, or renews a reservation", refusals: [409])
        routes.post("/reservations", reserve, access: access, body: ReservationDraft.self) { call in
            let reservation = try await reservations.reserve(call.body, at: now())
            return .created(reservation, at: "/reservations/" + Parameters.encode(reservation.id))
        }
        routes.get("/reservations/{id}", "Shows a reservation", access: access) {
            .ok(try await reservations.reservation($0.parameters.text("id")))
        }
        let commit = Operation("Lets reserved pieces leave the store", refusals: [409])
        routes.post("/reservations/{id}/commit", commit, access: access) {
            .ok(try await reservations.commit($0.parameters.text("id"), at: now()))
        }
        routes.delete("/reservations/{id}", "Gives pieces back", access: access) { call in
            .ok(try await reservations.release(call.parameters.text("id"), at: now()))
        }
    }

    private func list(_ call: Call<StockQuery, NoInput>) async throws -> Reply<Listing<StockLevel>> {
        let page = call.query.page
        let levels = try await stock.levels(after: page.start?.id ?? 0, limit: page.limit + 1)
        return page.reply(levels, to: call.request) { Page.Position(order: StockQuery.order, key: "", id: $0.product) }
    }

    /// The product that the path names, once it is sure that its seller or an admin asks.
    private func ownProduct(_ call: Call<some Input, some Input>) async throws -> Int64 {
        let product = call.parameters.integer("product_id")
        // An admin may also clear up behind a product that is gone.
        if try call.caller().isAdmin { return product }
        guard try await mayChange(product, call) else { throw Problem.notFound("There is no product \(product).") }
        return product
    }

    /// - Returns: false when there is no such product.
    /// - Throws: 403 when it is somebody else's.
    private func mayChange(_ product: Int64, _ call: Call<some Input, some Input>) async throws -> Bool {
        let caller = try call.caller()
        guard let entry = try await products.product(product, for: call.request) else { return false }
        guard caller.mayActFor(entry.seller) else {
            throw Problem.forbidden("Product \(product) belongs to another seller.")
        }
        return true
    }
}

/// Which stock levels are listed.
private struct StockQuery: Input {
    static let order = "stock"
    let page: Page

    init(_ form: inout Form) { page = Page(&form, order: Self.order) }
}
