import HTTP
import SQLite
import ServiceKit
import Testing

@testable import Shop

private let alice = Caller(subject: "1", roles: ["customer"])
private let bob = Caller(subject: "2", roles: ["customer"])

/// Reviews, favourites, search, and what other services tell of products.
@Suite struct CatalogueTests {
    private let service: TestService

    init() async throws { service = try await TestService(isSeeded: true) { ProductsHandler($0) } }

    private func next(_ answer: Answer) -> String? {
        answer.field("link").map { String($0.dropFirst(2).prefix { $0 != ">" }) }
    }

    @Test func `reviews count on the product, one of each user`() async throws {
        let path = "/products/1/reviews"
        let made = await service.send(.post, path, #"{"rating":4,"comment":"Rings."}"#, as: alice)
        #expect(made.status == 201)
        #expect(made.text("comment") == "Rings.")
        #expect(made.text("author") == "1")
        for user in 2...3 {
            _ = await service.send(.post, path, #"{"rating":5}"#, as: Caller(subject: "\(user)"))
        }
        let again = await service.send(.post, path, #"{"rating":1}"#, as: alice)
        #expect(again.status == 409)
        #expect(again.text("type") == "urn:problem:already-reviewed")
        let product = await service.send(.get, "/products/1")
        #expect(product.text.contains(#""review_count":3,"average_rating":4.67,"#))
        #expect(await service.send(.get, "/products/2").text.contains(#""review_count":0,"average_rating":null,"#))
        let newest = await service.send(.get, path + "?limit=2")
        #expect(newest.list.compactMap { $0["author"] as? String } == ["3", "2"])
        let oldest = await service.send(.get, path + "?" + (next(newest) ?? ""))
        #expect(oldest.list.compactMap { $0["author"] as? String } == ["1"])
    }

    @Test func `a review is refused without a product, a user or stars`() async throws {
        #expect(await service.send(.post, "/products/99/reviews", #"{"rating":4}"#, as: alice).status == 404)
        #expect(await service.send(.get, "/products/99/reviews").status == 404)
        #expect(await service.send(.post, "/products/1/reviews", #"{"rating":4}"#).status == 401)
        for rating in ["0", "6", "4.5", "null", "\"x\""] {
            let answer = await service.send(.post, "/products/1/reviews", #"{"rating":\#(rating)}"#, as: alice)
            #expect(answer.badFields == ["rating"])
        }
        _ = await service.send(.post, "/products/1/reviews", #"{"rating":4}"#, as: alice)
        #expect(await service.send(.delete, "/products/1", as: alice).status == 200, "its reviews go with it")
    }

    @Test func `favourites are each user's own`() async throws {
        for product in [3, 1, 3] {
            let answer = await service.send(.post, "/favorites", #"{"product_id":\#(product)}"#, as: alice)
            #expect(answer.status == 201)
            #expect(answer.number("id") == Double(product))
            service.clock.advance(1)
        }
        #expect(await service.send(.get, "/favorites", as: alice).names == ["iPhone", "Headphones"])
        let first = await service.send(.get, "/favorites?limit=1", as: alice)
        #expect(await service.send(.get, "/favorites?" + (next(first) ?? ""), as: alice).names == ["Headphones"])
        #expect(await service.send(.get, "/favorites", as: bob).list.isEmpty)
        #expect(await service.send(.delete, "/favorites/1", as: bob).status == 404)
        #expect(await service.send(.delete, "/favorites/1", as: alice).status == 200)
        #expect(await service.send(.delete, "/favorites/1", as: alice).status == 404)
        #expect(await service.send(.post, "/favorites", #"{"product_id":99}"#, as: alice).status == 422)
        #expect(await service.send(.post, "/favorites", "{}", as: alice).badFields == ["product_id"])
        for method in [HTTP.Method.get, .post] { #expect(await service.send(method, "/favorites", "{}").status == 401) }
        #expect(
            await service.send(.get, "/favorites?cursor=WyJuZXdlc3QgZmF2b3JpdGVzIiwieCIsMV0", as: alice).status == 400)
        _ = await service.send(.delete, "/products/3", as: bob)
        #expect(await service.send(.get, "/favorites", as: alice).list.isEmpty)
    }

    @Test(
        arguments: [
            ("iphone", ["iPhone"]), ("lap", ["Laptop"]), ("press%20french", ["French press"]),
            ("kitchen", ["French press", "Coffee mug"]), ("sixteen+giga", ["Laptop"]), ("giga+sixteen", []),
            ("phone", []), ("%22", []), ("*", []), ("name:iphone", []), ("iphone%20OR%20laptop", []),
            ("-iphone", ["iPhone"]),
            ("iphone*", ["iPhone"]), ("(iphone", ["iPhone"]), ("NEAR(a,b)", []), ("\"iphone%22%20AND", []),
            ("%5E", []), ("h%C3%A9adphones", ["Headphones"]), ("%F0%9F%A6%8A", []), ("';--", []),
        ])
    func `a search finds words, and never obeys them`(query: String, expected: [String]) async throws {
        let answer = await service.send(.get, "/search?q=" + query.replacing("\"", with: "%22"))
        #expect(answer.status == 200)
        #expect(answer.names == expected)
    }

    @Test func `what is in the name comes before what is in the text`() async throws {
        for (name, text) in [
            ("Ladder", "Reaches a lamp."), ("Lamp oil", "For lamps."), ("Shade", "A lamp for a lamp."),
        ] {
            _ = await service.send(
                .post, "/products", #"{"name":"\#(name)","price":1,"category":"x","description":"\#(text)"}"#, as: alice
            )
        }
        let all = await service.send(.get, "/search?q=lamp").names
        #expect(Set(all.prefix(2)) == ["Lamp oil", "Desk lamp"])
        #expect(Set(all.suffix(2)) == ["Shade", "Ladder"])
        var paged: [String] = []
        var query: String? = "q=lamp&limit=1"
        while let current = query, paged.count <= all.count {
            let page = await service.send(.get, "/search?" + current)
            paged += page.names
            query = next(page)
        }
        #expect(paged == all)
    }

    @Test func `the search follows what is changed and deleted`() async throws {
        _ = await service.send(.put, "/products/1", #"{"name":"Pocket computer"}"#, as: alice)
        #expect(await service.send(.get, "/search?q=iphone").list.isEmpty)
        #expect(await service.send(.get, "/search?q=pocket").names == ["Pocket computer"])
        _ = await service.send(.delete, "/products/1", as: alice)
        #expect(await service.send(.get, "/search?q=pocket").list.isEmpty)
        #expect(await service.send(.get, "/search").badFields == ["q"])
        #expect(await service.send(.get, "/search?q=a&cursor=WyJiZXN0IG1hdGNoIiwieCIsMV0").status == 400)
    }

    @Test func `a catalogue of the first schema is found too`() async throws {
        let folder = service.folder
        let old = try Database(path: folder + "/old.db", migrations: [ProductMigrations.all[0]])
        try await old.write { context in
            try context.run(
                """
                INSERT INTO products (name, name_key, description, price, category, category_key, seller, created, updated)
                VALUES ('Old lamp', 'old lamp', 'Oil.', 1, 'Furniture', 'furniture', '1', 0, 0)
                """)
            return
        }
        old.close()
        let new = try Database(path: folder + "/old.db", migrations: ProductMigrations.all)
        defer { new.close() }
        var form = Form([.init("q", "oil")])
        let hits = try await ProductStore(database: new).products(ProductSearch(&form))
        #expect(hits.map(\.product.name) == ["Old lamp"])
    }

    @Test(
        arguments: [
            ("3,1,99", ["iPhone", "Headphones"]), ("", []), ("1,1", ["iPhone"]), ("x", nil), ("1;2", nil),
            (String(repeating: "1,", count: 101), nil),
        ] as [(String, [String]?)])
    func `several products are asked for at once`(ids: String, expected: [String]?) async throws {
        let answer = await service.send(.get, "/products?ids=" + ids)
        if let expected { #expect(answer.names == expected) } else { #expect(answer.badFields == ["ids"]) }
    }

    @Test func `other services tell what was sold and how much is left`() async throws {
        let made = await service.send(.post, "/products", #"{"name":"New","price":1,"category":"x"}"#, as: alice)
        #expect(made.text("availability") == "sold_out", "nobody has any yet")
        let inventory = Caller(subject: "service:inventory", scopes: ["events:write"], roles: ["service"])
        var number = 0
        func tell(_ kind: String, _ payload: String) async -> Int {
            number += 1
            let event = #"{"id":"\#(number)","source":"s","kind":"\#(kind)","key":"9","time":0,"payload":\#(payload)}"#
            let status = await service.send(.post, "/events", event, as: inventory).status
            // Once more changes nothing more.
            _ = await service.send(.post, "/events", event, as: inventory)
            return status
        }
        for (kind, quantity) in [("order.paid", 5), ("order.cancelled", 2), ("order.cancelled", 9), ("order.paid", 4)] {
            #expect(await tell(kind, #"{"items":[{"product_id":9,"quantity":\#(quantity)}]}"#) == 204)
        }
        #expect(await tell("order.cancelled", #"{"paid":false,"items":[{"product_id":9,"quantity":1}]}"#) == 204)
        #expect(await tell("stock.low", #"{"product_id":9,"availability":"low","available":3}"#) == 204)
        #expect(await tell("stock.low", #"{"product_id":99,"availability":"low"}"#) == 204, "it was deleted")
        #expect(await tell("stock.back", #"{"product_id":9,"availability":"plenty"}"#) == 400)
        let told = await service.send(.get, "/products/9")
        #expect(told.number("sold") == 4)
        #expect(told.text("availability") == "low")
        #expect(told.text("updated_at") == made.text("updated_at"))
    }
}
