import Foundation
import Testing

/// Every endpoint of seed 002: OAuth 2, products and orders.
@Suite struct Seed002Tests {
    static let site = Result<ShopGateway, any Error> { try ShopGateway(seed: "002") }

    @Test func `a user registers, gets a token, sells and buys`() throws {
        let site = try Self.site.get()
        let registered = try site.ask(
            "POST", "/register", #"{"username": "dora", "password": "correct horse battery"}"#)
        #expect(registered.status == 201)
        #expect(registered.json["username"].string == "dora")
        // As FastAPI's OAuth2PasswordRequestForm has it: a form, not JSON.
        let granted = try site.gateway.curl(
            "/token", "--request", "POST", "--data-urlencode", "username=dora", "--data-urlencode",
            "password=correct horse battery")
        #expect(granted.status == 200)
        #expect(granted.json["token_type"].string?.lowercased() == "bearer")
        let token = try #require(granted.json["access_token"].string)
        let json = try site.ask("POST", "/token", #"{"username": "dora", "password": "correct horse battery"}"#)
        #expect(json.status == 200)
        #expect(try site.ask("POST", "/token", #"{"username": "dora", "password": "wrong"}"#).status == 401)

        let product = #"{"name": "Scarf", "price": 12.5, "category": "Clothes"}"#
        #expect(try site.ask("POST", "/products", product).status == 401)
        let made = try site.ask("POST", "/products", product, token: token)
        #expect(made.status == 201)
        let id = try #require(made.json["id"].int)
        let list = try site.ask("GET", "/products?limit=100", token: token)
        #expect(list.status == 200)
        #expect(list.json.array.contains { $0["id"].int == id })

        #expect(try site.ask("POST", "/orders", #"{"product_id": 2, "quantity": 1}"#).status == 401)
        let order = try site.ask("POST", "/orders", #"{"product_id": 2, "quantity": 1}"#, token: token)
        #expect(order.status == 201, "\(order.text)")
        let orders = try site.ask("GET", "/orders", token: token)
        #expect(orders.status == 200)
        #expect(orders.json.array.map { $0["id"].int } == [order.json["id"].int])
    }

    @Test func `each service answers on the port that the document names`() throws {
        let site = try Self.site.get()
        let granted = try site.ask("POST", "/token", #"{"username": "bob", "password": "password123"}"#)
        let token = try #require(granted.json["access_token"].string)
        #expect(try site.ask(port: 8000, "/health").status == 200)
        #expect(try site.ask(port: 8001, "/products", token: token).status == 200)
        #expect(try site.ask(port: 8002, "/orders", token: token).status == 200)
        #expect(try site.ask(port: 8002, "/orders").status == 401)
    }
}
