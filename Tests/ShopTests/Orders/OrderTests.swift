import Foundation
import HTTP
import SQLite
import ServiceKit
import Testing

@testable import Shop

private let alice = TestMarket.seller
private let bob = TestMarket.buyer
private let carol = Caller(subject: "3", roles: ["customer"])
private let admin = Caller(subject: "9", roles: ["admin"])

@Suite struct OrderTests {
    @Test func `an order is placed, and shows what was bought at the prices of that moment`() async throws {
        let market = try await TestMarket()
        let placed = await market.place(
            #"{"items":[{"product_id":1,"quantity":2},{"product_id":2,"quantity":1},{"product_id":1,"quantity":1}]}"#)
        #expect(placed.status == 201)
        #expect(placed.field("location") == "/orders/1")
        #expect(placed.text("status") == "paid")
        #expect(placed.text("payment_status") == "charged")
        #expect(placed.text("buyer") == "2")
        #expect(placed.number("total") == 64.97)
        let items = placed["items"] as? [[String: Any]]
        #expect(items?.compactMap { $0["quantity"] as? Int } == [3, 1])
        #expect(items?.first?["seller"] as? String == "1")

        _ = await market.products.send(.put, "/products/1", #"{"price":1}"#, as: alice)
        let read = await market.orders.send(.get, "/orders/1", as: bob)
        #expect(read.text == placed.text)
        try await market.checkBooks()
        #expect(try await market.events() == ["order.placed", "order.paid"])
    }

    @Test func `the other way to order one product works`() async throws {
        let market = try await TestMarket()
        let placed = await market.place(
            #"{"product_id": 1, "quantity": 2, "customer_name": "John Doe"}"#, at: "/create-order")
        #expect(placed.status == 201)
        #expect(placed.text("customer_name") == "John Doe")
        #expect(placed.number("total") == 39.98)
        #expect(await market.place("{}", at: "/create-order").badFields == ["product_id", "quantity", "customer_name"])
    }

    @Test func `a cart is bought once, however often and at once it is checked out`() async throws {
        let market = try await TestMarket()
        await market.fillCart()
        let statuses = await withTaskGroup { group in
            for _ in 0..<8 { group.addTask { await market.place("").status } }
            return await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(statuses[201] == 1)
        #expect(statuses.keys.allSatisfy { [201, 409, 422].contains($0) }, "\(statuses)")
        try await market.checkBooks()
    }

    @Test func `while its payment is under way a cart is not bought again, and when it was not paid it is`()
        async throws
    {
        let market = try await TestMarket()
        await market.fillCart()
        let waiting = await market.place(#"{"payment_token":"tok_timeout_lost"}"#)
        #expect(waiting.text("status") == "pending_payment")
        let second = await market.place("")
        #expect(second.status == 409)
        #expect(second.text("type") == "urn:problem:checkout-running")
        market.advance(1200)
        try await market.settle()
        #expect(await market.place("").status == 201)
        try await market.checkBooks()
    }

    @Test func `an empty body buys the cart, and takes out of it what was bought`() async throws {
        let market = try await TestMarket()
        #expect(await market.place("").text("type") == "urn:problem:empty-cart")
        await market.fillCart()
        let placed = await market.place("")
        #expect(placed.status == 201)
        #expect(placed.number("total") == 54.98)
        #expect(await market.cartCount() == 0)
        try await market.checkBooks()
    }

    @Test(
        arguments: [
            (#"{"product_id":1}"#, ["quantity"]), (#"{"quantity":1}"#, ["product_id"]),
            (#"{"product_id":0,"quantity":0}"#, ["product_id", "quantity"]), (#"{"items":[]}"#, ["items"]),
            (#"{"items":[{"product_id":1}]}"#, ["items[0].quantity"]),
            (#"{"product_id":1,"items":[{"product_id":1,"quantity":1}]}"#, ["product_id"]),
            (#"{"quantity":1,"items":[{"product_id":1,"quantity":1}]}"#, ["quantity"]),
            (#"{"product_id":1,"quantity":10001,"payment_token":7}"#, ["quantity", "payment_token"]),
        ] as [(String, [String])])
    func `a bad order is refused with every bad field`(body: String, fields: [String]) async throws {
        let market = try await TestMarket()
        let answer = await market.place(body)
        #expect(answer.status == 400)
        #expect(answer.badFields == fields)
    }

    @Test func `what is not for sale cannot be ordered`() async throws {
        let market = try await TestMarket()
        let answer = await market.place(#"{"items":[{"product_id":1,"quantity":1},{"product_id":77,"quantity":1}]}"#)
        #expect(answer.status == 422)
        #expect(answer.badFields == ["items[1].product_id"])
        #expect(await market.orders.send(.get, "/orders", as: bob).list.isEmpty)
    }

    @Test func `what is out of stock is named, and nothing is kept or charged`() async throws {
        let market = try await TestMarket()
        let answer = await market.place(#"{"items":[{"product_id":1,"quantity":1},{"product_id":2,"quantity":11}]}"#)
        #expect(answer.status == 409)
        #expect(answer.text("type") == "urn:problem:out-of-stock")
        #expect(answer.badFields == ["items[1].quantity"])
        #expect(try await market.checkBooks() == ["failed"])
        #expect(!market.faults.calls.contains("charge"))
    }

    @Test func `a declined payment is 402, and the stock is let go`() async throws {
        let market = try await TestMarket()
        for token in ["tok_declined", "4242"] {
            let answer = await market.place(#"{"product_id":1,"quantity":10,"payment_token":"\#(token)"}"#)
            #expect(answer.status == 402)
        }
        #expect(try await market.checkBooks() == ["failed", "failed"])
        #expect(await market.place(#"{"product_id":1,"quantity":10}"#).status == 201)
        #expect(try await market.events().suffix(3) == ["order.cancelled", "order.placed", "order.paid"])
    }

    @Test(arguments: [("tok_timeout", "paid"), ("tok_timeout_declined", "failed"), ("tok_timeout_lost", "failed")])
    func `a payment without an answer is found out about later`(token: String, status: String) async throws {
        let market = try await TestMarket()
        let answer = await market.place(#"{"product_id":1,"quantity":1,"payment_token":"\#(token)"}"#)
        #expect(answer.status == 201)
        #expect(answer.text("status") == "pending_payment")
        #expect(answer.text("payment_status") == "pending")
        try await market.orders.jobs.run(OrdersHandler.job)
        #expect(await market.orders.send(.get, "/orders/1", as: bob).text("status") == "pending_payment")
        try await market.settle()
        #expect(try await market.checkBooks() == [status])
        let later = await market.orders.send(.get, "/orders/1", as: bob)
        #expect((later["failure"] is NSNull) == (status == "paid"))
    }

    @Test func `a payment without an answer can be cancelled, and is never made`() async throws {
        let market = try await TestMarket()
        _ = await market.place(#"{"product_id":1,"quantity":1,"payment_token":"tok_timeout"}"#)
        #expect(await market.orders.send(.delete, "/orders/1/cancel", as: bob).text("status") == "cancelled")
        market.advance(100)
        try await market.settle()
        #expect(try await market.checkBooks() == ["cancelled"])
        #expect(try await market.events() == ["order.placed", "order.cancelled"])
    }

    @Test func `cancelling again changes nothing, and afterwards nothing else can be done`() async throws {
        let market = try await TestMarket()
        #expect(await market.place(#"{"product_id":1,"quantity":4}"#).status == 201)
        for _ in 1...2 {
            let answer = await market.orders.send(.delete, "/orders/1/cancel", as: bob)
            #expect(answer.status == 200)
            #expect(answer.text("payment_status") == "refunded")
        }
        #expect(market.faults.calls.filter { $0 == "refund" }.count == 1)
        #expect(try await market.checkBooks() == ["cancelled"])
        let shipped = await market.orders.send(.put, "/orders/1", #"{"status":"shipped"}"#, as: alice)
        #expect(shipped.status == 409)
    }

    @Test func `a seller ships and delivers, in this order`() async throws {
        let market = try await TestMarket()
        #expect(await market.place(#"{"product_id":1,"quantity":1}"#).status == 201)
        func put(_ status: String, as caller: Caller) async -> Answer {
            await market.orders.send(.put, "/orders/1", #"{"status":"\#(status)"}"#, as: caller)
        }
        #expect(await put("delivered", as: alice).status == 409)
        #expect(await put("paid", as: alice).status == 200, "it is that already")
        #expect(await put("pending", as: alice).status == 409)
        #expect(await put("sold", as: alice).badFields == ["status"])
        #expect(await put("shipped", as: alice).text("status") == "shipped")
        #expect(await put("cancelled", as: bob).status == 409)
        #expect(await put("delivered", as: admin).text("status") == "delivered")
        #expect(await put("cancelled", as: alice).status == 409)
    }

    @Test func `a stalled checkout is not shipped`() async throws {
        let market = try await TestMarket()
        market.faults.plan(.lost, at: 3)
        #expect(await market.place(#"{"product_id":1,"quantity":1,"payment_token":"tok_visa"}"#).status == 201)
        let early = await market.orders.send(.put, "/orders/1", #"{"status":"shipped"}"#, as: alice)
        #expect(early.status == 409)
        #expect(early.field("retry-after") != nil)
        try await market.settle()
        let later = await market.orders.send(.put, "/orders/1", #"{"status":"shipped"}"#, as: alice)
        #expect(later.status == 200)
    }

    @Test(
        arguments: [
            ("GET", 200, 200, 404, 200), ("PUT shipped", 403, 200, 404, 200), ("PUT cancelled", 200, 200, 404, 200),
            ("CANCEL", 200, 200, 404, 200), ("DELETE", 409, 403, 404, 409),
        ] as [(String, Int, Int, Int, Int)])
    func `an order is its buyer's, its seller's and nobody else's`(
        what: String, buyer: Int, seller: Int, stranger: Int, admin administrator: Int
    ) async throws {
        for (caller, status) in [(bob, buyer), (alice, seller), (carol, stranger), (admin, administrator)] {
            let market = try await TestMarket()
            #expect(await market.place(#"{"product_id":1,"quantity":1}"#).status == 201)
            #expect(await send(what, to: market, as: caller).status == status, "\(what) as \(caller.subject)")
        }
        let market = try await TestMarket()
        #expect(await market.place(#"{"product_id":1,"quantity":1}"#).status == 201)
        #expect(await send(what, to: market, as: nil).status == 401)
    }

    private func send(_ what: String, to market: TestMarket, as caller: Caller?) async -> Answer {
        switch what {
        case "GET": await market.orders.send(.get, "/orders/1", as: caller)
        case "CANCEL": await market.orders.send(.delete, "/orders/1/cancel", as: caller)
        case "DELETE": await market.orders.send(.delete, "/orders/1", as: caller)
        default:
            await market.orders.send(
                .put, "/orders/1", #"{"status":"\#(what.split(separator: " ")[1])"}"#, as: caller)
        }
    }

    @Test func `an order of several sellers is led by an admin`() async throws {
        let market = try await TestMarket()
        let draft = #"{"name":"Thing","price":3,"category":"Things"}"#
        #expect(await market.products.send(.post, "/products", draft, as: carol).number("id") == 3)
        let level = #"{"product_id":3,"quantity":10}"#
        #expect(await market.inventory.send(.post, "/inventory", level, as: carol).status == 201)
        let body = #"{"items":[{"product_id":1,"quantity":1},{"product_id":3,"quantity":1}]}"#
        #expect(await market.place(body).status == 201)
        for (caller, status) in [(alice, 403), (carol, 403), (admin, 200)] {
            let answer = await market.orders.send(.put, "/orders/1", #"{"status":"shipped"}"#, as: caller)
            #expect(answer.status == status)
        }
        for caller in [alice, carol] {
            #expect(await market.orders.send(.get, "/orders?view=sold", as: caller).list.count == 1)
        }
    }

    @Test func `lists show buyers theirs, sellers what they sold and admins all, in pages`() async throws {
        let market = try await TestMarket()
        for _ in 1...3 { #expect(await market.place(#"{"product_id":1,"quantity":1}"#).status == 201) }
        #expect(await market.place(#"{"product_id":2,"quantity":1}"#, as: carol).status == 201)
        func ids(_ target: String, _ caller: Caller) async -> [Int] {
            await market.orders.send(.get, target, as: caller).list.compactMap { $0["id"] as? Int }
        }
        #expect(await ids("/orders", bob) == [3, 2, 1])
        #expect(await ids("/orders", carol) == [4])
        #expect(await ids("/orders", alice).isEmpty)
        #expect(await ids("/orders?view=sold", alice) == [4, 3, 2, 1])
        #expect(await ids("/orders", admin) == [4, 3, 2, 1])
        #expect(await ids("/orders?view=bought", admin).isEmpty)
        #expect(await ids("/orders?status=failed", bob).isEmpty)
        let first = await market.orders.send(.get, "/orders?limit=2", as: bob)
        #expect(first.list.count == 2)
        let link = try #require(first.field("link"))
        let target = link.dropFirst().prefix { $0 != ">" }
        #expect(await ids("/orders\(target)", bob) == [1])
    }

    @Test func `a finished order can be taken off the list, and stays in the books`() async throws {
        let market = try await TestMarket()
        #expect(await market.place(#"{"product_id":1,"quantity":1}"#).status == 201)
        #expect(await market.orders.send(.delete, "/orders/1", as: bob).status == 409)
        #expect(await market.orders.send(.delete, "/orders/1/cancel", as: bob).status == 200)
        #expect(await market.orders.send(.delete, "/orders/1", as: bob).status == 200)
        for (method, target) in [(HTTP.Method.get, "/orders/1"), (.delete, "/orders/1"), (.delete, "/orders/1/cancel")]
        {
            #expect(await market.orders.send(method, target, as: bob).status == 404)
        }
        #expect(await market.orders.send(.get, "/orders", as: bob).list.isEmpty)
        #expect(try await market.checkBooks() == ["cancelled"])
    }

    @Test func `many who buy at once never buy more than there is`() async throws {
        let market = try await TestMarket()
        let statuses = await withTaskGroup { group in
            for number in 0..<30 {
                let caller = Caller(subject: "buyer-\(number)", roles: ["customer"])
                group.addTask {
                    await market.place(#"{"product_id":1,"quantity":1}"#, key: "k", as: caller).status
                }
            }
            return await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(statuses == [201: 10, 409: 20])
        try await market.checkBooks()
    }

    @Test func `the sample orders are those of alice and bob`() async throws {
        let service = try await TestService(isSeeded: true) { try OrdersHandler($0) }
        #expect(await service.send(.get, "/orders", as: alice).list.count == 2)
        #expect(await service.send(.get, "/orders", as: bob).list.count == 1)
        let shipped = await service.send(.put, "/orders/2", #"{"status":"delivered"}"#, as: bob)
        #expect(shipped.text("status") == "delivered")
    }
}
