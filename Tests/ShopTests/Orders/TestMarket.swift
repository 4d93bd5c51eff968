import HTTP
import JWT
import SQLite
import ServiceKit
import Telemetry
import Testing

@testable import Shop

/// Products, inventory, carts and orders as they run in the shop, wired to each other in one process, each over its own file.
final class TestMarket: Sendable {
    static let seller = Caller(subject: "1", roles: ["customer"])
    static let buyer = Caller(subject: "2", roles: ["customer"])
    static let stock: Int64 = 10

    let products: TestService
    let inventory: TestService
    let cart: TestService
    let orders: TestService
    let faults = Faults()

    /// Offers two products, of which there are ten pieces each: one for 19.99, and one for 5.
    init() async throws {
        let products = try await TestService { ProductsHandler($0) }
        let services = ["products": products]
        inventory = try await TestService(services: services) { InventoryHandler($0) }
        cart = try await TestService(services: services) { CartHandler($0) }
        self.products = products
        let client = Self.client(
            ["products": products, "inventory": inventory, "cart": cart], faults)
        orders = try await TestService(client: client) { [faults] context in
            let payments = TestPaymentProvider(database: context.database, now: context.now)
            return try OrdersHandler(context, payments: FaultyPayments(provider: payments, faults: faults))
        }
        for price in ["19.99", "5"] {
            let draft = #"{"name":"Thing","price":\#(price),"category":"Things"}"#
            let made = await products.send(.post, "/products", draft, as: Self.seller)
            let id = Int(made.number("id") ?? 0)
            let level = #"{"product_id":\#(id),"quantity":\#(Self.stock)}"#
            #expect(await inventory.send(.post, "/inventory", level, as: Self.seller).status == 201)
        }
    }

    private static func client(_ services: [String: TestService], _ faults: Faults) -> ServiceClient {
        ServiceClient(token: { [orders = services["inventory"]!] in
            orders.token(for: Caller(subject: "service:orders", scopes: Set(OrdersHandler.scopes), roles: ["service"]))
        }) { call throws(CallError) in
            guard let service = services[call.service] else { return ServiceResponse(status: 404) }
            let parts = call.target.split(separator: "?", maxSplits: 1).map(String.init)
            let request = ServiceRequest(
                call.method, parts[0], query: parts.count > 1 ? parts[1] : "", fields: call.fields, body: call.body)
            let answer = await faults.pass("\(call.service) \(call.method.token)") {
                await service.service.respond(to: request)
            }
            guard let answer else { throw .timedOut }
            return answer
        }
    }

    func advance(_ seconds: Int64) {
        for service in [products, inventory, cart, orders] { service.clock.advance(seconds) }
    }

    /// Puts pieces of both products into the buyer's cart.
    func fillCart() async {
        for (product, quantity) in [(1, 2), (2, 3)] {
            let draft = #"{"product_id":\#(product),"quantity":\#(quantity)}"#
            #expect(await cart.send(.post, "/cart/items", draft, as: Self.buyer).status == 201)
        }
    }

    /// Places an order.
    func place(
        _ body: String, key: String? = nil, as caller: Caller = buyer, at path: String = "/orders"
    ) async -> Answer {
        var fields = [
            HeaderField("content-type", "application/json"),
            HeaderField("authorization", "Bearer " + orders.token(for: caller)),
        ]
        if let key { fields.append(HeaderField("idempotency-key", key)) }
        return await orders.send(.post, path, body, fields: fields)
    }

    /// Repeats an order with a key until there is an answer, as clients do; time passes in between.
    func placeUntilAnswered(_ body: String, key: String) async throws -> Answer {
        for _ in 1...50 {
            let answer = await place(body, key: key)
            if answer.status < 500, answer.text("type") != "urn:problem:request-in-progress" { return answer }
            advance(5)
            try await orders.jobs.run(OrdersHandler.job)
        }
        Issue.record("there is no answer")
        return await place(body, key: key)
    }

    /// As if the process of orders had been killed: nobody holds its leases any more.
    func killOrders() async throws {
        try await orders.database.write { context in
            try context.run("UPDATE checkouts SET lease = 1")
            try context.run("UPDATE idempotency_keys SET lease = 1")
        }
    }

    /// Lets time pass and the job run until no checkout is unfinished.
    func settle() async throws {
        for _ in 1...100 {
            try await orders.jobs.run(OrdersHandler.job)
            let isDone = try await orders.database.read {
                try !$0.exists("SELECT 1 FROM checkouts WHERE step <> 'done'")
            }
            if isDone { return }
            advance(30)
        }
        Issue.record("a checkout does not end")
    }

    func cartCount() async -> Double? { await cart.send(.get, "/cart", as: Self.buyer).number("count") }
}

/// The test provider behind a line that fails.
private struct FaultyPayments: PaymentProvider {
    let provider: TestPaymentProvider
    let faults: Faults

    var defaultToken: String? { provider.defaultToken }

    func charge(_ id: String, _ amount: Money, token: String) async throws(PaymentError) -> Payment {
        try await pass("charge") { try? await provider.charge(id, amount, token: token) }
    }

    func find(_ id: String) async throws(PaymentError) -> Payment? {
        let answer = await faults.pass("find") { try? await provider.find(id) }
        guard let answer else { throw .timedOut }
        return answer
    }

    func refund(_ id: String) async throws(PaymentError) -> Payment {
        try await pass("refund") { try? await provider.refund(id) }
    }

    private func pass(
        _ name: String, _ deliver: @escaping @Sendable () async -> Payment?
    ) async throws(PaymentError) -> Payment {
        guard let answer = await faults.pass(name, deliver), let payment = answer else { throw .timedOut }
        return payment
    }
}
