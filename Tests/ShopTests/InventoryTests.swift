import HTTP
import SQLite
import ServiceKit
import Testing

@testable import Shop

private let alice = Caller(subject: "1", roles: ["customer"])
private let bob = Caller(subject: "2", roles: ["customer"])
private let admin = Caller(subject: "9", roles: ["admin"])
private let orders = Caller(subject: "service:orders", scopes: ["inventory:reserve"], roles: ["service"])

@Suite struct InventoryTests {
    private func service(isSeeded: Bool = true) async throws -> TestService {
        let products = try await TestService(isSeeded: true) { ProductsHandler($0) }
        return try await TestService(isSeeded: isSeeded, services: ["products": products]) { InventoryHandler($0) }
    }

    @Test func `a stock level is made, read, changed and deleted by the seller`() async throws {
        let service = try await service(isSeeded: false)
        #expect(await service.send(.get, "/inventory/1", as: bob).status == 404)
        let made = await service.send(.post, "/inventory", #"{"product_id":1,"quantity":7}"#, as: alice)
        #expect(made.status == 201)
        #expect(made.field("location") == "/inventory/1")
        #expect(made.counts == [7, 0, 7])
        #expect(made.number("low_at") == 5)
        let read = await service.send(.get, "/inventory/1", as: bob)
        #expect(read.status == 200)
        #expect(read.text == made.text)
        let changed = await service.send(.put, "/inventory/1", #"{"quantity":4}"#, as: alice)
        #expect(changed.counts == [4, 0, 4])
        #expect(changed.text("availability") == "low")
        let calm = await service.send(.put, "/inventory/1", #"{"low_at":3}"#, as: alice)
        #expect(calm.text("availability") == "in_stock")
        #expect(await service.send(.delete, "/inventory/1", as: alice).status == 200)
        #expect(await service.send(.get, "/inventory/1", as: alice).status == 404)
        #expect(await service.send(.put, "/inventory/1", #"{"quantity":4}"#, as: alice).status == 404)
    }

    @Test(
        arguments: [
            (nil, 401, 401), (alice, 200, 409), (bob, 403, 403), (admin, 200, 409), (orders, 403, 403),
            (Caller(subject: "1", scopes: ["inventory:write"]), 200, 409),
        ] as [(Caller?, Int, Int)])
    func `only the seller and admins change stock, and each product has one level`(
        caller: Caller?, changed: Int, made: Int
    ) async throws {
        let service = try await service()
        #expect(await service.send(.put, "/inventory/1", #"{"quantity":9}"#, as: caller).status == changed)
        #expect(await service.send(.post, "/inventory", #"{"product_id":1,"quantity":9}"#, as: caller).status == made)
        #expect(await service.send(.delete, "/inventory/1", as: caller).status == changed)
    }

    @Test func `a product that is not there is refused, and a silent catalogue is 503`() async throws {
        let service = try await service()
        let unknown = await service.send(.post, "/inventory", #"{"product_id":99,"quantity":1}"#, as: alice)
        #expect(unknown.status == 422)
        #expect(unknown.badFields == ["product_id"])
        #expect(await service.send(.put, "/inventory/99", #"{"quantity":1}"#, as: alice).status == 404)
        let alone = try await TestService(isSeeded: true) { InventoryHandler($0) }
        #expect(await alone.send(.put, "/inventory/1", #"{"quantity":1}"#, as: alice).status == 503)
        #expect(await alone.send(.get, "/inventory/1", as: alice).status == 200)
    }

    @Test(
        arguments: [
            ("{}", ["product_id", "quantity"]), (#"{"product_id":0,"quantity":-1}"#, ["product_id", "quantity"]),
            (#"{"product_id":"x","quantity":1.5,"low_at":-1}"#, ["product_id", "quantity", "low_at"]),
            (#"{"product_id":1,"quantity":1000000001}"#, ["quantity"]),
        ])
    func `a bad stock level is refused with every bad field`(body: String, fields: [String]) async throws {
        let answer = await (try await service()).send(.post, "/inventory", body, as: alice)
        #expect(answer.status == 400)
        #expect(answer.badFields == fields)
    }

    @Test func `levels are listed in pages, and seeding again adds nothing`() async throws {
        let service = try await service()
        let all = await service.send(.get, "/inventory", as: bob)
        #expect(all.list.compactMap { $0["product_id"] as? Int } == Array(1...8))
        let first = await service.send(.get, "/inventory?limit=5", as: bob)
        let next = first.field("link").map { String($0.dropFirst(2).prefix { $0 != ">" }) } ?? ""
        let second = await service.send(.get, "/inventory?" + next, as: bob)
        #expect(second.list.compactMap { $0["product_id"] as? Int } == [6, 7, 8])
        for id in 1...8 { _ = await service.send(.delete, "/inventory/\(id)", as: admin) }
        try await InventoryHandler(service.context).seed()
        #expect(await service.send(.get, "/inventory", as: bob).list.isEmpty)
    }
}

@Suite struct ReservationTests {
    /// A service with 10 pieces of product 1 and 3 of product 2.
    private func service() async throws -> TestService {
        let products = try await TestService(isSeeded: true) { ProductsHandler($0) }
        let service = try await TestService(services: ["products": products]) { InventoryHandler($0) }
        for (product, quantity) in [(1, 10), (2, 3), (3, 50)] {
            let body = #"{"product_id":\#(product),"quantity":\#(quantity)}"#
            #expect(await service.send(.post, "/inventory", body, as: admin).status == 201)
        }
        return service
    }

    private func body(_ id: String, _ items: [(Int, Int)]) -> String {
        let list = items.map { #"{"product_id":\#($0.0),"quantity":\#($0.1)}"# }.joined(separator: ",")
        return #"{"id":"\#(id)","items":[\#(list)]}"#
    }

    private func counts(_ service: TestService, _ product: Int = 1) async -> [Int] {
        await service.send(.get, "/inventory/\(product)", as: orders).counts
    }

    @Test func `pieces are reserved and leave`() async throws {
        let service = try await service()
        let made = await service.send(.post, "/reservations", body("o-1", [(2, 1), (1, 4)]), as: orders)
        #expect(made.status == 201)
        #expect(made.field("location") == "/reservations/o-1")
        #expect(made.text("state") == "held")
        #expect(await counts(service) == [10, 4, 6])
        #expect(await service.send(.get, "/reservations/o-1", as: orders).text == made.text)
        for _ in 0..<2 {
            let committed = await service.send(.post, "/reservations/o-1/commit", as: orders)
            #expect(committed.status == 200)
            #expect(committed.text("state") == "committed")
            #expect(await counts(service) == [6, 0, 6])
            #expect(await counts(service, 2) == [2, 0, 2])
        }
        let again = await service.send(.post, "/reservations", body("o-1", [(1, 4), (2, 1)]), as: orders)
        #expect(again.status == 201)
        #expect(again.text("state") == "committed")
        #expect(await counts(service) == [6, 0, 6])
    }

    @Test func `the same reservation again holds nothing more, and other items are refused`() async throws {
        let service = try await service()
        let first = await service.send(.post, "/reservations", body("o-1", [(1, 4), (2, 1)]), as: orders)
        let again = await service.send(.post, "/reservations", body("o-1", [(2, 1), (1, 4)]), as: orders)
        #expect(again.status == 201)
        #expect(again.text == first.text)
        let other = await service.send(.post, "/reservations", body("o-1", [(1, 5), (2, 1)]), as: orders)
        #expect(other.status == 409)
        #expect(other.text("type") == "urn:problem:other-items")
        #expect(await counts(service) == [10, 4, 6])
    }

    @Test func `all of it is reserved or nothing, and everything that lacks is named`() async throws {
        let service = try await service()
        let answer = await service.send(.post, "/reservations", body("o-1", [(1, 11), (2, 3), (7, 1)]), as: orders)
        #expect(answer.status == 409)
        #expect(answer.text("type") == "urn:problem:out-of-stock")
        #expect(answer.badFields == ["items[0].quantity", "items[2].quantity"])
        #expect(await counts(service, 2) == [3, 0, 3])
        #expect(await service.send(.get, "/reservations/o-1", as: orders).status == 404)
        // The refusal left nothing behind: the id can be used.
        #expect(await service.send(.post, "/reservations", body("o-1", [(1, 10)]), as: orders).status == 201)
    }

    @Test func `a release gives back what is held, once`() async throws {
        let service = try await service()
        _ = await service.send(.post, "/reservations", body("o-1", [(1, 4)]), as: orders)
        for _ in 0..<2 {
            let released = await service.send(.delete, "/reservations/o-1", as: orders)
            #expect(released.status == 200)
            #expect(released.text("state") == "released")
            #expect(await counts(service) == [10, 0, 10])
        }
        let late = await service.send(.post, "/reservations/o-1/commit", as: orders)
        #expect(late.status == 409)
        #expect(late.text("type") == "urn:problem:released")
    }

    @Test func `a release after the commit brings the pieces back, once`() async throws {
        let service = try await service()
        _ = await service.send(.post, "/reservations", body("o-1", [(1, 4)]), as: orders)
        _ = await service.send(.post, "/reservations/o-1/commit", as: orders)
        for _ in 0..<2 {
            #expect(await service.send(.delete, "/reservations/o-1", as: orders).status == 200)
            #expect(await counts(service) == [10, 0, 10])
        }
    }

    @Test func `a reservation that arrives after its release is refused`() async throws {
        let service = try await service()
        #expect(await service.send(.delete, "/reservations/o-1", as: orders).status == 200)
        let late = await service.send(.post, "/reservations", body("o-1", [(1, 4)]), as: orders)
        #expect(late.status == 409)
        #expect(late.text("type") == "urn:problem:released")
        #expect(await counts(service) == [10, 0, 10])
        #expect(await service.send(.post, "/reservations/o-2/commit", as: orders).status == 404)
    }

    @Test func `what nobody renews is released after a quarter of an hour`() async throws {
        let service = try await service()
        for id in ["o-1", "o-2"] {
            _ = await service.send(.post, "/reservations", body(id, [(1, 3)]), as: orders)
        }
        service.clock.advance(14 * 60)
        _ = await service.send(.post, "/reservations", body("o-2", [(1, 3)]), as: orders)
        service.clock.advance(60)
        try await service.jobs.run("expire reservations")
        #expect(await service.send(.get, "/reservations/o-1", as: orders).text("state") == "released")
        #expect(await service.send(.get, "/reservations/o-2", as: orders).text("state") == "held")
        #expect(await counts(service) == [10, 3, 7])
        service.clock.advance(8 * 24 * 3600)
        try await service.jobs.run("expire reservations")
        #expect(await service.send(.get, "/reservations/o-1", as: orders).status == 404, "it is forgotten")
        #expect(await counts(service) == [10, 0, 10])
    }

    @Test func `reserved stock is neither taken away nor deleted`() async throws {
        let service = try await service()
        _ = await service.send(.post, "/reservations", body("o-1", [(1, 4)]), as: orders)
        #expect(await service.send(.put, "/inventory/1", #"{"quantity":3}"#, as: admin).status == 409)
        #expect(await service.send(.delete, "/inventory/1", as: admin).status == 409)
        #expect(await service.send(.put, "/inventory/1", #"{"quantity":4}"#, as: admin).counts == [4, 4, 0])
        _ = await service.send(.post, "/reservations/o-1/commit", as: orders)
        #expect(await service.send(.delete, "/inventory/1", as: admin).status == 200)
        // A cancellation after that finds no level to add to, and is still one.
        #expect(await service.send(.delete, "/reservations/o-1", as: orders).status == 200)
    }

    @Test func `events tell when stock gets low, sells out and is back, and only then`() async throws {
        let service = try await service()
        let change = { (quantity: Int) in
            _ = await service.send(.put, "/inventory/1", #"{"quantity":\#(quantity)}"#, as: admin)
        }
        _ = await service.send(.post, "/reservations", body("o-1", [(1, 4)]), as: orders)
        _ = await service.send(.post, "/reservations", body("o-2", [(1, 1)]), as: orders)
        _ = await service.send(.post, "/reservations", body("o-3", [(1, 5)]), as: orders)
        _ = await service.send(.delete, "/reservations/o-3", as: orders)
        _ = await service.send(.delete, "/reservations/o-1", as: orders)
        _ = await service.send(.post, "/reservations/o-2/commit", as: orders)
        await change(2)
        await change(1)
        await change(100)
        _ = await service.send(.delete, "/inventory/1", as: admin)
        let events = try await service.database.read { context in
            try context.rows("SELECT kind, payload FROM outbox WHERE key = '1' ORDER BY position") {
                $0.text(0) + " " + $0.text(1)
            }
        }
        let expected = [
            ("stock.back", "in_stock", 10), ("stock.low", "low", 5), ("stock.low", "sold_out", 0),
            ("stock.low", "low", 5),
            ("stock.back", "in_stock", 9), ("stock.low", "low", 2), ("stock.back", "in_stock", 100),
            ("stock.low", "sold_out", 0),
        ]
        #expect(
            events
                == expected.map {
                    #"\#($0.0) {"product_id":1,"availability":"\#($0.1)","available":\#($0.2)}"#
                })
    }

    @Test(
        arguments: [
            (nil, 401), (alice, 403), (admin, 403), (Caller(subject: "1", scopes: ["inventory:reserve"]), 403),
            (Caller(subject: "service:cart", scopes: ["cart:write"], roles: ["service"]), 403),
            (Caller(subject: "service:cart", roles: ["service"]), 403),
        ] as [(Caller?, Int)])
    func `only services with the scope reserve`(caller: Caller?, status: Int) async throws {
        let service = try await service()
        let requests: [(HTTP.Method, String)] = [
            (.post, "/reservations"), (.get, "/reservations/o-1"), (.post, "/reservations/o-1/commit"),
            (.delete, "/reservations/o-1"),
        ]
        for (method, path) in requests {
            #expect(await service.send(method, path, body("o-1", [(1, 1)]), as: caller).status == status)
        }
    }

    @Test(
        arguments: [
            ("{}", ["id", "items"]), (#"{"id":"","items":[]}"#, ["id", "items"]),
            (
                #"{"id":"a","items":[{"product_id":1,"quantity":1},{"product_id":1,"quantity":2}]}"#,
                ["items[1].product_id"]
            ),
            (
                #"{"id":"a","items":[{"product_id":"x"},{"product_id":1,"quantity":0},3]}"#,
                ["items[0].product_id", "items[0].quantity", "items[1].quantity", "items[2]"]
            ),
        ])
    func `a bad reservation is refused with every bad field`(body: String, fields: [String]) async throws {
        let answer = await (try await service()).send(.post, "/reservations", body, as: orders)
        #expect(answer.status == 400)
        #expect(answer.badFields == fields)
    }

    @Test func `of 200 reservations at once for the last 50 pieces 50 succeed`() async throws {
        let service = try await service()
        let statuses = await withTaskGroup { group in
            for id in 0..<200 {
                group.addTask {
                    let path = "/reservations"
                    let status = await service.send(.post, path, body("o-\(id)", [(3, 1)]), as: orders).status
                    // Every other winner buys; half of the others let go, and nobody else may then lose out.
                    guard status == 201, id.isMultiple(of: 2) else { return status }
                    return await service.send(.post, "\(path)/o-\(id)/commit", as: orders).status == 200 ? 201 : 0
                }
            }
            return await group.reduce(into: [:] as [Int: Int]) { $0[$1, default: 0] += 1 }
        }
        #expect(statuses == [201: 50, 409: 150])
        let counts = await counts(service, 3)
        #expect(counts[2] == 0)
        #expect(counts[0] == counts[1])
    }

    @Test func `releases and reservations at once lose and invent nothing`() async throws {
        let service = try await service()
        await withTaskGroup { group in
            for id in 0..<100 {
                group.addTask {
                    let reserve = { @Sendable in
                        await service.send(.post, "/reservations", body("o-\(id)", [(1, 1), (2, 1)]), as: orders)
                    }
                    async let first = reserve()
                    async let second = service.send(.delete, "/reservations/o-\(id)", as: orders)
                    async let third = reserve()
                    _ = await (first, second, third)
                    _ = await service.send(.delete, "/reservations/o-\(id)", as: orders)
                }
            }
        }
        #expect(await counts(service) == [10, 0, 10])
        #expect(await counts(service, 2) == [3, 0, 3])
    }
}

extension Answer {
    /// What is there, what of it is reserved, and what is available.
    fileprivate var counts: [Int] { ["on_hand", "reserved", "available"].compactMap { self[$0] as? Int } }
}
