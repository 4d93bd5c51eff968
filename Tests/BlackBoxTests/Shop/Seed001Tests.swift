import Foundation
import Testing

/// Every endpoint and example of seed 001: products and orders, with tokens for services.
@Suite struct Seed001Tests {
    static let site = Result<ShopGateway, any Error> { try ShopGateway(seed: "001") }

    private func token(_ site: ShopGateway) throws -> String {
        let answer = try site.ask("POST", "/get-token", #"{"service_name": "order-service"}"#)
        #expect(answer.status == 200, "\(answer.text)")
        return try #require(answer.json["access_token"].string)
    }

    @Test func `a product is made without a token, as the document's curl does it`() throws {
        let site = try Self.site.get()
        let made = try site.ask(
            "POST", "/create-product", #"{"name":"iPhone", "price":"50000", "category":"Electronics"}"#)
        #expect(made.status == 201)
        #expect(made.json["name"].string == "iPhone")
        #expect(made.json["price"].double == 50000)
        let id = try #require(made.json["id"].int)
        let changed = try site.ask("PUT", "/update-product/\(id)", #"{"price": 45000}"#)
        #expect(changed.status == 200)
        #expect(changed.json["price"].double == 45000)
        // What is open is open to everybody's own things only.
        #expect(try site.ask("PUT", "/update-product/1", #"{"price": 1}"#).status == 403)
    }

    @Test func `products are listed with a token that a service gets for its name`() throws {
        let site = try Self.site.get()
        #expect(try site.ask("GET", "/products").status == 401)
        let token = try token(site)
        let list = try site.ask("GET", "/products", token: token)
        #expect(list.status == 200)
        #expect(list.json.array.contains { $0["name"].string == "iPhone" })
        let category = try site.ask("GET", "/products/category/Electronics", token: token)
        #expect(category.status == 200)
        #expect(!category.json.array.isEmpty)
        #expect(category.json.array.allSatisfy { $0["category"].string == "Electronics" })
        #expect(try site.ask("GET", "/products/category/Electronics").status == 401)
    }

    @Test func `an order is made without a token, after its product was looked up`() throws {
        let site = try Self.site.get()
        let made = try site.ask(
            "POST", "/create-order", #"{"product_id": 1, "quantity": 2, "customer_name": "John Doe"}"#)
        #expect(made.status == 201, "\(made.text)")
        #expect(made.json["customer_name"].string == "John Doe")
        #expect(made.json["items"][0]["product_id"].int == 1)
        #expect(made.json["items"][0]["quantity"].int == 2)
        let id = try #require(made.json["id"].int)
        let list = try site.ask("GET", "/orders")
        #expect(list.status == 200)
        #expect(list.json.array.contains { $0["id"].int == id })
        let unknown = try site.ask(
            "POST", "/create-order", #"{"product_id": 999999, "quantity": 2, "customer_name": "John Doe"}"#)
        #expect((400..<500).contains(unknown.status))
    }

    @Test func `the document's ports answer too`() throws {
        let site = try Self.site.get()
        let token = try token(site)
        #expect(try site.ask(port: 5000, scheme: "https", "/products", token: token).status == 200)
        #expect(try site.ask(port: 5001, scheme: "https", "/orders").status == 200)
    }
}
