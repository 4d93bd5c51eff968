import Foundation
import HTTP
import SQLite
import ServiceKit
import Testing

@testable import Shop

private let alice = Caller(subject: "1", roles: ["customer"])
private let bob = Caller(subject: "2", roles: ["customer"])
private let admin = Caller(subject: "9", roles: ["admin"])

@Suite struct ProductsTests {
    private func service(isSeeded: Bool = false) async throws -> TestService {
        try await TestService(isSeeded: isSeeded) { ProductsHandler($0) }
    }

    @Test func `a product is made, read, changed and deleted`() async throws {
        let service = try await service()
        let made = await service.send(
            .post, "/products", #"{"name":"Product Name","price":19.99,"category":"Product Category"}"#, as: alice)
        #expect(made.status == 201)
        #expect(made.field("location") == "/products/1")
        #expect(made.number("id") == 1)
        #expect(made.text("seller") == "1")

        let read = await service.send(.get, "/products/1")
        #expect(read.status == 200)
        #expect(read.text == made.text)
        #expect(read.text.contains(#""price":19.99"#))

        service.clock.advance(60)
        let changed = await service.send(.put, "/products/1", #"{"name":"New Product Name","price":29.99}"#, as: alice)
        #expect(changed.status == 200)
        #expect(changed.text("name") == "New Product Name")
        #expect(changed.number("price") == 29.99)
        #expect(changed.text("category") == "Product Category")
        #expect(changed.text("updated_at") != changed.text("created_at"))

        #expect(await service.send(.delete, "/products/1", as: alice).status == 200)
        for method in [HTTP.Method.get, .put, .delete] {
            #expect(await service.send(method, "/products/1", #"{"price":1}"#, as: alice).status == 404)
        }
        let next = await service.send(.post, "/products", #"{"name":"x","price":1,"category":"y"}"#, as: alice)
        #expect(next.number("id") == 2, "an id is never given out twice")
    }

    @Test func `the other names of creating and changing work`() async throws {
        let service = try await service()
        let made = await service.send(
            .post, "/create-product", #"{"name":"iPhone", "price":"50000", "category":"Electronics"}"#, as: alice)
        #expect(made.status == 201)
        #expect(made.text.contains(#""price":50000,"#))
        let changed = await service.send(.put, "/update-product/1", #"{"price":"45000.50"}"#, as: alice)
        #expect(changed.text.contains(#""price":45000.50"#))
    }

    @Test(
        arguments: [
            ("{}", ["name", "price", "category"]),
            (#"{"name":"","price":-1,"category":7}"#, ["name", "price", "category"]),
            (#"{"name":"x","category":"y","price":"abc"}"#, ["price"]),
            (#"{"name":"x","category":"y","price":1.999}"#, ["price"]),
            (#"{"name":"x","category":"y","price":1,"description":[]}"#, ["description"]),
            (#"{"name":null,"category":"y","price":1e400}"#, ["name", "price"]), ("", []), ("{", []), ("[]", []),
        ] as [(String, [String])])
    func `a bad product is refused with every bad field`(body: String, fields: [String]) async throws {
        let service = try await service()
        let answer = await service.send(.post, "/products", body, as: alice)
        #expect(answer.status == 400)
        #expect(answer.field("content-type") == "application/problem+json")
        #expect(answer.badFields == fields)
        #expect(answer.text("requestId") == "request-1")
    }

    @Test func `changing needs something to change`() async throws {
        let service = try await service(isSeeded: true)
        #expect(await service.send(.put, "/products/1", "{}", as: alice).status == 400)
        #expect(await service.send(.put, "/products/1", #"{"name":" "}"#, as: alice).badFields == ["name"])
    }

    @Test(
        arguments: [
            (nil, 401, 401), (alice, 200, 200), (bob, 403, 403), (admin, 200, 200),
            (Caller(subject: "1", scopes: ["products:read"]), 403, 403),
            (Caller(subject: "1", scopes: ["products:write"]), 200, 200),
        ] as [(Caller?, Int, Int)])
    func `only the seller and admins change a product`(caller: Caller?, changed: Int, deleted: Int) async throws {
        let service = try await service(isSeeded: true)
        #expect(await service.send(.put, "/products/1", #"{"price":1}"#, as: caller).status == changed)
        #expect(await service.send(.delete, "/products/1", as: caller).status == deleted)
        #expect(await service.send(.get, "/products/1").status == (deleted == 200 ? 404 : 200))
    }

    @Test(
        arguments: [
            (
                "",
                [
                    "iPhone", "Laptop", "Headphones", "Coffee mug", "French press", "Swift in depth", "Notebook",
                    "Desk lamp",
                ]
            ),
            ("search=PHONE", ["iPhone", "Headphones"]), ("search=kitchen", ["Coffee mug", "French press"]),
            ("search=%25", []), ("search=_", []), ("search='%20OR%201=1--", []), ("search=", nil),
            ("category=kitchen", ["Coffee mug", "French press"]), ("category=Kitchen&search=mug", ["Coffee mug"]),
            ("sort=price&limit=3", ["Notebook", "Coffee mug", "Desk lamp"]),
            ("sort=price&order=desc&limit=2", ["iPhone", "Laptop"]),
            ("sort=name&limit=4", ["Coffee mug", "Desk lamp", "French press", "Headphones"]),
            ("sort=category&order=desc&limit=2", ["Notebook", "French press"]),
            ("sort=created_at&order=DESC&limit=1", ["Desk lamp"]),
        ] as [(String, [String]?)])
    func `lists are searched, filtered, sorted and cut`(query: String, expected: [String]?) async throws {
        let service = try await service(isSeeded: true)
        let answer = await service.send(.get, "/products?" + query)
        #expect(answer.status == 200)
        if let expected { #expect(answer.names == expected) } else { #expect(answer.list.count == 8) }
    }

    @Test(
        arguments: [
            ("sort=seller", ["sort"]), ("sort=id;DROP%20TABLE%20products&order=up", ["sort", "order"]),
            ("limit=0", ["limit"]),
            ("limit=1001", ["limit"]), ("limit=x&cursor=!", ["limit", "cursor"]), ("cursor=WyJpZCJd", ["cursor"]),
            ("a=%", []),
        ] as [(String, [String])])
    func `bad parameters are refused and named`(query: String, fields: [String]) async throws {
        let service = try await service(isSeeded: true)
        let answer = await service.send(.get, "/products?" + query)
        #expect(answer.status == 400)
        #expect(answer.badFields == fields)
    }

    @Test(
        arguments: [
            "", "sort=name", "sort=name&order=desc", "sort=price", "sort=price&order=desc", "sort=category",
            "sort=created_at&order=desc", "search=e&sort=category&order=desc", "category=Electronics&sort=price",
        ])
    func `the pages of a list are the list`(query: String) async throws {
        let service = try await service(isSeeded: true)
        for (name, price) in [("Tie one", 1), ("Tie two", 1), ("tie TWO", 1)] {
            _ = await service.send(
                .post, "/products", #"{"name":"\#(name)","price":\#(price),"category":"Ties"}"#, as: alice)
        }
        let whole = await service.send(.get, "/products?" + query).list.compactMap { $0["id"] as? Int }
        var paged: [Int] = []
        var next: String? = query + "&limit=2"
        while let current = next {
            let page = await service.send(.get, "/products?" + current)
            #expect(page.status == 200)
            #expect(page.list.count <= 2)
            paged += page.list.compactMap { $0["id"] as? Int }
            // <?query>; rel="next"
            next = page.field("link").map { String($0.dropFirst(2).prefix { $0 != ">" }) }
            guard paged.count <= whole.count else { break }
        }
        #expect(paged == whole)
        #expect(!whole.isEmpty)
    }

    @Test func `a cursor of one order is refused in another`() async throws {
        let service = try await service(isSeeded: true)
        let link = await service.send(.get, "/products?sort=name&limit=2").field("link") ?? ""
        let cursor = link.split(separator: "cursor=")[1].prefix { $0 != ">" }
        #expect(await service.send(.get, "/products?sort=price&cursor=\(cursor)").badFields == ["cursor"])
        #expect(await service.send(.get, "/products?sort=name&cursor=\(cursor)").status == 200)
    }

    @Test(arguments: ["/products/category/Electronics", "/categories/electronics", "/products?category=ELECTRONICS"])
    func `a category has its products, also sorted`(target: String) async throws {
        let service = try await service(isSeeded: true)
        #expect(await service.send(.get, target).names == ["iPhone", "Laptop", "Headphones"])
        let sorted = await service.send(.get, target + (target.contains("?") ? "&" : "?") + "sort=price")
        #expect(sorted.names == ["Headphones", "Laptop", "iPhone"])
    }

    @Test func `categories are listed with their numbers, in pages too`() async throws {
        let service = try await service(isSeeded: true)
        let all = await service.send(.get, "/categories")
        #expect(all.names == ["Books", "Electronics", "Furniture", "Kitchen", "Stationery"])
        #expect(all.list.map { $0["products"] as? Int } == [1, 3, 1, 2, 1])
        let first = await service.send(.get, "/categories?limit=3")
        let next = first.field("link").map { String($0.dropFirst(2).prefix { $0 != ">" }) } ?? ""
        #expect(await service.send(.get, "/categories?" + next).names == ["Kitchen", "Stationery"])
    }

    @Test(arguments: [
        "'; DROP TABLE products; --", "\" OR \"\"=\"", "Robert'); DELETE FROM products;--", "naïve 🦊", "\\u0027",
    ])
    func `text is stored as it is, whatever it says`(name: String) async throws {
        let service = try await service(isSeeded: true)
        let body = try JSONSerialization.data(withJSONObject: ["name": name, "price": 1, "category": name])
        let made = await service.send(.post, "/products", String(decoding: body, as: UTF8.self), as: alice)
        #expect(made.text("name") == name)
        let path = "/products/category/" + Parameters.encode(name)
        #expect(await service.send(.get, path).names == [name])
        #expect(await service.send(.get, "/products?search=" + Parameters.encode(name)).names == [name])
        #expect(await service.send(.get, "/products").list.count == 9)
    }

    @Test func `seeding again adds nothing, even when everything was deleted`() async throws {
        let service = try await service(isSeeded: true)
        for id in 1...8 { #expect(await service.send(.delete, "/products/\(id)", as: admin).status == 200) }
        let store = ProductStore(database: service.database)
        try await store.seed(ProductSeed.products, at: 0)
        #expect(await service.send(.get, "/products").list.isEmpty)
    }
}

@Suite struct ServiceTests {
    @Test func `unknown addresses, wrong methods and options are answered`() async throws {
        let service = try await TestService { ProductsHandler($0) }
        #expect(await service.send(.get, "/nothing").status == 404)
        #expect(await service.send(.get, "/products/abc").status == 404)
        let wrong = await service.send(.patch, "/products/1")
        #expect(wrong.status == 405)
        #expect(wrong.field("allow") == "DELETE, GET, HEAD, OPTIONS, PUT")
        let options = await service.send(.options, "/products")
        #expect(options.status == 204)
        #expect(options.field("allow") == "GET, HEAD, OPTIONS, POST")
        #expect(await service.send(.head, "/products").status == 200)
    }

    @Test func `health says whether the database answers`() async throws {
        let service = try await TestService { ProductsHandler($0) }
        let healthy = await service.send(.get, "/health")
        #expect(healthy.status == 200)
        #expect(healthy.text("status") == "pass")
        #expect(healthy.field("content-type") == "application/health+json")
    }

    @Test(
        arguments: [
            ("", true), ("Bearer", true), ("Bearer x", true), ("Basic YTpi", true), ("Bearer TOKEN x", true),
            ("Bearer TOKENx", true), ("Bearer TOKEN", false), ("bearer TOKEN", false),
        ])
    func `a token that is not accepted is refused even where none is needed`(field: String, isRefused: Bool)
        async throws
    {
        let service = try await TestService { ProductsHandler($0) }
        let value = field.replacingOccurrences(of: "TOKEN", with: service.token(for: alice))
        let answer = await service.send(.get, "/products", nil, fields: [HeaderField("authorization", value)])
        #expect(answer.status == (isRefused ? 401 : 200))
        if isRefused { #expect(answer.field("www-authenticate") == #"Bearer error="invalid_token""#) }
    }

    @Test func `an expired token is refused`() async throws {
        let service = try await TestService { ProductsHandler($0) }
        let field = HeaderField("authorization", "Bearer " + service.token(for: alice))
        service.clock.advance(3600)
        #expect(await service.send(.get, "/products", nil, fields: [field]).status == 401)
    }

    @Test func `a full disk is answered with 507 and nothing is lost`() async throws {
        let service = try await TestService(isSeeded: true) { ProductsHandler($0) }
        try await service.database.write { _ = try $0.run("PRAGMA max_page_count = 1") }
        let body = #"{"name":"x","price":1,"category":"y","description":"\#(String(repeating: "x", count: 5000))"}"#
        let status = await service.send(.post, "/products", body, as: alice).status
        #expect(status == 507)
        #expect(await service.send(.get, "/products").list.count == 8)
    }
}
