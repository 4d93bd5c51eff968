import SQLite
import ServiceKit

/// What users keep about themselves: a profile, an address book and payment methods.
struct ProfileHandler: ServiceHandler {
    static let name = "profile"
    static let migrations = ProfileMigrations.all

    private let profiles: ProfileStore
    private let addresses: AddressStore
    private let paymentMethods: PaymentMethodStore
    private let database: Database
    private let now: @Sendable () -> Int64

    init(_ context: HandlerContext) {
        database = context.database
        profiles = ProfileStore(database: database)
        addresses = AddressStore(database: database)
        paymentMethods = PaymentMethodStore(database: database)
        now = context.now
    }

    func seed() async throws {
        try await ProfileSeed.fill(database, at: now())
    }

    var consumers: [Consumer] {
        [
            Consumer("user.registered") { event, context in
                var name = ""
                if case .string(let text)? = event.payload["username"] { name = text }
                var email: String?
                if case .string(let text)? = event.payload["email"] { email = text }
                try ProfileStore.welcome(event.key, name: name, email: email, at: event.time, in: context)
            }
        ]
    }

    func addRoutes(to routes: inout Routes) {
        let (read, write) = (Access.scope("profile:read"), Access.scope("profile:write"))
        routes.get("/profile", "Shows the caller's profile", access: read) { call in
            .ok(try await profiles.profile(of: call.caller().subject, at: now()))
        }
        routes.put("/profile", "Changes the caller's profile", access: write, body: ProfileChange.self) { call in
            .ok(try await profiles.change(call.body, of: call.caller().subject, at: now()))
        }
        addAddresses(to: &routes, read, write)
        addPaymentMethods(to: &routes, read, write)
    }

    private func addAddresses(to routes: inout Routes, _ read: Access, _ write: Access) {
        routes.get("/addresses", "Lists the caller's addresses", access: read, query: ListQuery.self) { call in
            let page = call.query.page
            let addresses = try await addresses.addresses(
                of: call.caller().subject, after: page.start?.id, limit: page.limit + 1)
            return page.reply(addresses, to: call.request) { ListQuery.position($0.id) }
        }
        routes.post(
            "/addresses", Operation("Adds an address", refusals: [409]), access: write, body: AddressDraft.self
        ) { call in
            .ok(try await addresses.create(call.body, owner: call.caller().subject, at: now()))
        }
        routes.put("/addresses/{id:int}", "Changes an address", access: write, body: AddressChange.self) { call in
            .ok(try await addresses.change(call.parameters.integer("id"), call.body, by: call.caller(), at: now()))
        }
        routes.delete("/addresses/{id:int}", "Removes an address", access: write) { call in
            let id = call.parameters.integer("id")
            try await addresses.delete(id, by: call.caller())
            return .ok(Done(id, "The address was deleted."))
        }
    }

    private func addPaymentMethods(to routes: inout Routes, _ read: Access, _ write: Access) {
        routes.get(
            "/payment-methods", "Lists the caller's payment methods", access: read, query: ListQuery.self
        ) { call in
            let page = call.query.page
            let methods = try await paymentMethods.paymentMethods(
                of: call.caller().subject, after: page.start?.id, limit: page.limit + 1)
            return page.reply(methods, to: call.request) { ListQuery.position($0.id) }
        }
        routes.post(
            "/payment-methods", Operation("Adds a payment method", refusals: [409]), access: write,
            body: PaymentMethod.Draft.self
        ) { call in
            .ok(try await paymentMethods.create(call.body, owner: call.caller().subject, at: now()))
        }
        routes.delete("/payment-methods/{id:int}", "Removes a payment method", access: write) { call in
            let id = call.parameters.integer("id")
            try await paymentMethods.delete(id, by: call.caller())
            return .ok(Done(id, "The payment method was deleted."))
        }
    }
}

/// Which part of a list is shown; both lists are in the order in which they were filled.
private struct ListQuery: Input {
    private static let order = "id"
    let page: Page

    init(_ form: inout Form) { page = Page(&form, order: Self.order) }

    static func position(_ id: Int64) -> Page.Position { Page.Position(order: order, key: "", id: id) }
}
