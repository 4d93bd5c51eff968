import SQLite
import ServiceKit

/// Orders: placing them with everything that belongs to it, and what becomes of them.
///
/// Buyers see theirs, sellers those that hold their products, admins all.
struct OrdersHandler: ServiceHandler {
    static let name = "orders"
    static let migrations = OrderMigrations.all
    static let scopes = [InventoryClient.scope, CartClient.scope, "events:write"]
    /// The job that goes on with what was left lying.
    static let job = "checkouts"

    private let store: OrderStore
    private let desk: CheckoutDesk
    private let now: @Sendable () -> Int64

    init(_ context: HandlerContext) throws {
        try self.init(context, payments: TestPaymentProvider(database: context.database, now: context.now))
    }

    /// - Parameter payments: whoever moves the money.
    init(_ context: HandlerContext, payments: any PaymentProvider) throws {
        let leases = try Leases(beside: context.database)
        let journal = CheckoutJournal(
            database: context.database, leases: leases, outbox: Outbox(Self.name, context), now: context.now)
        store = OrderStore(database: context.database)
        desk = CheckoutDesk(
            store: store, journal: journal,
            runner: CheckoutRunner(
                store: store, journal: journal, inventory: InventoryClient(services: context.services),
                carts: CartClient(services: context.services), payments: payments, logger: context.logger,
                now: context.now),
            products: ProductDirectory(services: context.services),
            methods: PaymentMethodClient(services: context.services), leases: leases, now: context.now)
        now = context.now
        context.jobs.every(1, Self.job) { [desk] in try await desk.recover() }
    }

    func seed() async throws {
        try await store.seed(OrderSeed.orders, at: now())
    }

    func addRoutes(to routes: inout Routes) {
        let read = Access.scope("orders:read")
        let write = Access.scope("orders:write")
        let place = Operation(
            "Places an order: of products, or of the cart", refusals: [402], takesIdempotencyKey: true)
        routes.post("/orders", place, access: write, body: OrderDraft.self) { call in
            let wish = CheckoutDesk.Wish(
                lines: call.body.lines, paymentToken: call.body.paymentToken, customerName: call.body.customerName)
            return try await created(wish, call.request)
        }
        let placeNamed = Operation("Places an order of one product", refusals: [402], takesIdempotencyKey: true)
        routes.post("/create-order", placeNamed, access: write, body: NamedOrderDraft.self) { call in
            let wish = CheckoutDesk.Wish(
                lines: [call.body.line], paymentToken: call.body.paymentToken, customerName: call.body.customerName)
            return try await created(wish, call.request)
        }
        routes.get("/orders", "Lists orders", access: read, query: OrderQuery.self) { call in
            let orders = try await store.orders(call.query, for: call.caller())
            return call.query.page.reply(orders, to: call.request) {
                Page.Position(order: OrderQuery.order, key: "", id: $0.id)
            }
        }
        routes.get("/orders/{id:int}", "Shows an order", access: read) { call in
            .ok(try await store.order(call.parameters.integer("id"), for: call.caller()))
        }
        let change = Operation("Ships, delivers or cancels an order", refusals: [409])
        routes.put("/orders/{id:int}", change, access: write, body: StatusChange.self) { call in
            let (id, caller) = (call.parameters.integer("id"), try call.caller())
            if call.body.status == .cancelled { return .ok(try await desk.cancel(id, by: caller)) }
            return .ok(try await store.change(id, to: call.body.status, by: caller, at: now()))
        }
        let cancel = Operation("Cancels an order and gives the money back", refusals: [409])
        routes.delete("/orders/{id:int}/cancel", cancel, access: write) { call in
            .ok(try await desk.cancel(call.parameters.integer("id"), by: call.caller()))
        }
        let remove = Operation("Takes a finished order off the list", refusals: [409])
        routes.delete("/orders/{id:int}", remove, access: write) { call in
            let id = call.parameters.integer("id")
            try await store.remove(id, by: call.caller(), at: now())
            return .ok(Done(id, "The order was removed."))
        }
    }

    private func created(_ wish: CheckoutDesk.Wish, _ request: ServiceRequest) async throws -> Reply<Order> {
        let order = try await desk.place(wish, for: request)
        return .created(order, at: "/orders/\(order.id)")
    }
}
