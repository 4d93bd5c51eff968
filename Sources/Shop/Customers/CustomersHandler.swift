import SQLite
import ServiceKit

/// Customer records, which only the user who made one and administrators see.
struct CustomersHandler: ServiceHandler {
    static let name = "customers"
    static let migrations = CustomerMigrations.all

    private let store: CustomerStore
    private let now: @Sendable () -> Int64

    init(_ context: HandlerContext) {
        store = CustomerStore(database: context.database)
        now = context.now
    }

    func seed() async throws {
        try await store.seed(CustomerSeed.customers, at: now())
    }

    func addRoutes(to routes: inout Routes) {
        let (read, write) = (Access.scope("customers:read"), Access.scope("customers:write"))
        routes.get("/customers", "Lists customers", access: read, query: CustomerQuery.self) { call in
            let page = call.query.page
            let customers = try await store.customers(
                for: call.caller(), after: page.start?.id, limit: page.limit + 1)
            return page.reply(customers, to: call.request) {
                Page.Position(order: CustomerQuery.order, key: "", id: $0.id)
            }
        }
        routes.post(
            "/customers", Operation("Adds a customer", refusals: [409]), access: write, body: CustomerDraft.self
        ) { call in
            let customer = try await store.create(call.body, owner: call.caller().subject, at: now())
            return .created(customer, at: "/customers/\(customer.id)")
        }
        routes.get("/customers/{id:int}", "Shows a customer", access: read) { call in
            .ok(try await store.customer(call.parameters.integer("id"), for: call.caller()))
        }
        routes.put(
            "/customers/{id:int}", Operation("Changes a customer", refusals: [409]), access: write,
            body: CustomerChange.self
        ) { call in
            .ok(try await store.change(call.parameters.integer("id"), call.body, by: call.caller(), at: now()))
        }
        routes.delete("/customers/{id:int}", "Removes a customer", access: write) { call in
            let id = call.parameters.integer("id")
            try await store.delete(id, by: call.caller())
            return .ok(Done(id, "The customer was deleted."))
        }
    }
}
