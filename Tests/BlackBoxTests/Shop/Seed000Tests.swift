import Foundation
import Testing

/// Every endpoint and example of seed 000: products and customers, behind tokens.
@Suite struct Seed000Tests {
    static let site = Result<ShopGateway, any Error> { try ShopGateway(seed: "000") }

    @Test func `products as the document has them`() throws {
        let site = try Self.site.get()
        #expect(try site.ask("GET", "/products").status == 401)
        let token = try site.signIn()
        let made = try site.ask(
            "POST", "/products", #"{"name": "Product Name", "price": 19.99, "category": "Product Category"}"#,
            token: token)
        #expect(made.status == 201)
        #expect(made.json["name"].string == "Product Name")
        #expect(made.json["price"].double == 19.99)
        #expect(made.json["category"].string == "Product Category")
        let id = try #require(made.json["id"].int)
        let bad = try site.ask("POST", "/products", #"{"price": "a lot"}"#, token: token)
        #expect(bad.status == 400)
        #expect(ShopGateway.badFields(bad) == ["name", "price", "category"])

        let list = try site.ask("GET", "/products?search=product&sort=price&order=desc", token: token)
        #expect(list.status == 200)
        #expect(list.json.array.contains { $0["id"].int == id })
        let all = try site.ask("GET", "/products?sort=price&order=desc", token: token)
        let prices = all.json.array.compactMap { $0["price"].double }
        #expect(prices.count > 2)
        #expect(prices == prices.sorted(by: >))

        let change = #"{"name": "New Product Name", "price": 29.99}"#
        let changed = try site.ask("PUT", "/products/\(id)", change, token: token)
        #expect(changed.status == 200)
        #expect(changed.json["name"].string == "New Product Name")
        #expect(changed.json["price"].double == 29.99)
        #expect(changed.json["category"].string == "Product Category")
        #expect(try site.ask("PUT", "/products/999999", change, token: token).status == 404)

        #expect(try site.ask("DELETE", "/products/\(id)", token: token).status == 200)
        #expect(try site.ask("DELETE", "/products/\(id)", token: token).status == 404)
    }

    @Test func `customers as the document has them`() throws {
        let site = try Self.site.get()
        let token = try site.signIn()
        let made = try site.ask(
            "POST", "/customers", #"{"name": "Customer Name", "email": "customer@example.com"}"#, token: token)
        #expect(made.status == 201)
        #expect(made.json["name"].string == "Customer Name")
        #expect(made.json["email"].string == "customer@example.com")
        let id = try #require(made.json["id"].int)
        let bad = try site.ask("POST", "/customers", #"{"email": "nobody"}"#, token: token)
        #expect(bad.status == 400)
        #expect(ShopGateway.badFields(bad) == ["name", "email"])

        let read = try site.ask("GET", "/customers/\(id)", token: token)
        #expect(read.status == 200)
        #expect(read.json["email"].string == "customer@example.com")
        #expect(try site.ask("GET", "/customers/999999", token: token).status == 404)

        let change = #"{"name": "Updated Name", "email": "updated@example.com"}"#
        let changed = try site.ask("PUT", "/customers/\(id)", change, token: token)
        #expect(changed.status == 200)
        #expect(changed.json["name"].string == "Updated Name")
        #expect(changed.json["email"].string == "updated@example.com")
        #expect(try site.ask("PUT", "/customers/999999", change, token: token).status == 404)

        #expect(try site.ask("DELETE", "/customers/\(id)", token: token).status == 200)
        #expect(try site.ask("DELETE", "/customers/\(id)", token: token).status == 404)
    }

    @Test func `a user signs up and in, and no password is stored`() throws {
        let site = try Self.site.get()
        let user = #"{"username": "carol", "password": "correct horse battery"}"#
        #expect(try site.ask("POST", "/register", user).status == 201)
        let token = try #require(try site.ask("POST", "/login", user).json["access_token"].string)
        #expect(try site.ask("GET", "/products", token: token).status == 200)
        for suffix in ["", "-wal"] {
            let file = site.gateway.folder.file("var/seed-000/auth.db" + suffix)
            let bytes = (try? Data(contentsOf: file)) ?? Data()
            #expect(bytes.range(of: Data("correct horse battery".utf8)) == nil)
        }
    }
}
