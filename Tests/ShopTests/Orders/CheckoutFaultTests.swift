import Foundation
import HTTP
import SQLite
import ServiceKit
import Testing

@testable import Shop

/// Each call that a checkout makes goes wrong once, in every way in which one can.
@Suite struct CheckoutFaultTests {
    /// What a checkout of a cart asks of others, in this order.
    private static let calls = [
        "cart GET", "products GET", "inventory POST", "charge", "inventory POST", "cart DELETE",
    ]

    @Test func `a checkout makes the calls that are let fail here`() async throws {
        let market = try await TestMarket()
        await market.fillCart()
        let answer = await market.place(#"{"payment_token":"tok_visa"}"#)
        #expect(answer.status == 201)
        #expect(market.faults.calls == Self.calls)
    }

    @Test(arguments: Array(calls.indices), Fault.allCases)
    func `whatever call fails, an order is placed once and paid once`(call: Int, fault: Fault) async throws {
        let market = try await TestMarket()
        await market.fillCart()
        let body = #"{"payment_token":"tok_visa"}"#
        let answer = try await place(body, fault, at: call, in: market)
        #expect(answer.status == 201)
        #expect(market.faults.hasStruck)
        try await market.settle()
        let statuses = try await market.checkBooks("\(fault) of \(Self.calls[call])")
        #expect(statuses.filter { $0 == "paid" }.count == 1)
        #expect(statuses.last == "paid")
        #expect(await market.cartCount() == 0)
    }

    @Test(arguments: ["products GET", "inventory POST", "charge", "inventory DELETE"].indices, Fault.allCases)
    func `whatever call fails while a declined order is undone, nothing is left of it`(
        call: Int, fault: Fault
    ) async throws {
        let market = try await TestMarket()
        let body = #"{"product_id":1,"quantity":4,"payment_token":"tok_declined"}"#
        let answer = try await place(body, fault, at: call, in: market)
        // A provider that does not answer may have the money: that is found out later.
        let isUnknown = call == 2 && !fault.isDeadly
        #expect(answer.status == (isUnknown ? 201 : 402))
        #expect(market.faults.hasStruck)
        try await market.settle()
        let statuses = try await market.checkBooks("\(fault) of call \(call)")
        #expect(Set(statuses) == ["failed"])
    }

    @Test(arguments: 0...1, Fault.allCases)
    func `whatever call fails while a paid order is cancelled, the money comes back once`(
        call: Int, fault: Fault
    ) async throws {
        let market = try await TestMarket()
        let placed = await market.place(#"{"product_id":1,"quantity":4}"#)
        #expect(placed.status == 201)
        market.faults.plan(fault, at: call)
        let cancel = Task { await market.orders.send(.delete, "/orders/1/cancel", as: TestMarket.buyer).status }
        if fault.isDeadly {
            await market.faults.waitForDeath()
            try await market.killOrders()
        } else {
            #expect(await cancel.value == 200)
        }
        try await market.settle()
        #expect(market.faults.hasStruck)
        #expect(try await market.checkBooks() == ["cancelled"])
        await market.faults.letGhostsWalk()
        _ = await cancel.value
        #expect(try await market.checkBooks("ghosts") == ["cancelled"])
        let order = await market.orders.send(.get, "/orders/1", as: TestMarket.buyer)
        #expect(order.text("payment_status") == "refunded")
        #expect(try await market.events() == ["order.placed", "order.paid", "order.cancelled"])
    }

    @Test(arguments: [("tok_visa", 201), ("tok_declined", 402)])
    func `a repetition finds the order whose answer was never written down`(token: String, status: Int) async throws {
        let market = try await TestMarket()
        let body = #"{"product_id":1,"quantity":4,"payment_token":"\#(token)"}"#
        let first = await market.place(body, key: "k1")
        // As if the process had been killed between the end of the checkout and the note of its answer.
        try await market.orders.database.write {
            _ = try $0.run("UPDATE idempotency_keys SET status = NULL, fields = NULL, body = NULL, lease = 1")
        }
        let again = await market.place(body, key: "k1")
        #expect(first.status == status)
        #expect(again.status == status)
        #expect(again.field("idempotent-replayed") == nil)
        #expect(again.text("detail") == first.text("detail"))
        #expect(again.number("id") == first.number("id"))
        #expect(try await market.checkBooks().count == 1)
    }

    /// Places an order while a call goes wrong, as a client that repeats it until it has an answer; then lets ghosts walk.
    private func place(_ body: String, _ fault: Fault, at call: Int, in market: TestMarket) async throws -> Answer {
        market.faults.plan(fault, at: call)
        let first = Task { await market.place(body, key: "k1").status }
        if fault.isDeadly {
            await market.faults.waitForDeath()
            try await market.killOrders()
        } else {
            _ = await first.value
        }
        let answer = try await market.placeUntilAnswered(body, key: "k1")
        try await market.settle()
        try await market.checkBooks("before ghosts")
        await market.faults.letGhostsWalk()
        _ = await first.value
        let again = await market.place(body, key: "k1")
        #expect(again.status == answer.status)
        #expect(again.number("id") == answer.number("id"))
        return answer
    }
}

extension Fault {
    fileprivate var isDeadly: Bool { self == .callerDiesBefore || self == .callerDiesAfter }
}
