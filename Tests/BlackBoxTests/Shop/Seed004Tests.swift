import Foundation
import Testing

/// Every endpoint of seed 004: users, products, orders and inventory.
@Suite struct Seed004Tests {
    static let site = Result<ShopGateway, any Error> { try ShopGateway(seed: "004") }

    @Test func `users register and log in`() throws {
        let site = try Self.site.get()
        let user = #"{"username": "kim", "password": "correct horse battery"}"#
        #expect(try site.ask("POST", "/register", user).status == 201)
        let login = try site.ask("POST", "/login", user)
        #expect(login.status == 200)
        #expect(login.json["access_token"].string?.isEmpty == false)
        #expect(try site.ask("POST", "/login", #"{"username": "kim", "password": "wrong"}"#).status == 401)
        #expect(try site.ask(port: 5001, "/health").status == 200)
    }

    @Test func `a product, its stock and an order of it, from first to last`() throws {
        let site = try Self.site.get()
        let token = try site.signIn()
        let product = try site.ask(
            "POST", "/products", #"{"name": "Teapot", "price": 24.5, "category": "Kitchen"}"#, token: token)
        #expect(product.status == 201)
        let id = try #require(product.json["id"].int)
        #expect(try site.ask("GET", "/products?limit=100", token: token).json.array.contains { $0["id"].int == id })
        #expect(try site.ask("GET", "/products/\(id)", token: token).json["name"].string == "Teapot")
        let cheaper = try site.ask("PUT", "/products/\(id)", #"{"price": 20}"#, token: token)
        #expect(cheaper.json["price"].double == 20)

        let stock = try site.ask("POST", "/inventory", #"{"product_id": \#(id), "quantity": 10}"#, token: token)
        #expect(stock.status == 201, "\(stock.text)")
        #expect(try site.ask("GET", "/inventory", token: token).status == 200)
        #expect(try site.ask("GET", "/inventory/\(id)", token: token).json["available"].int == 10)
        let counted = try site.ask("PUT", "/inventory/\(id)", #"{"quantity": 8}"#, token: token)
        #expect(counted.status == 200)
        #expect(counted.json["on_hand"].int == 8)

        let buyer = try site.signIn("bob")
        let order = try site.ask("POST", "/orders", #"{"product_id": \#(id), "quantity": 3}"#, token: buyer)
        #expect(order.status == 201, "\(order.text)")
        #expect(order.json["total"].double == 60)
        let number = try #require(order.json["id"].int)
        #expect(try site.ask("GET", "/orders", token: buyer).json.array.contains { $0["id"].int == number })
        #expect(try site.ask("GET", "/orders/\(number)", token: buyer).status == 200)
        #expect(
            try becomesTrue(within: 10) {
                try site.ask("GET", "/inventory/\(id)", token: token).json["available"].int == 5
            })
        let wrong = try site.ask("PUT", "/orders/\(number)", #"{"status": "delivered"}"#, token: token)
        #expect(wrong.status == 409)
        let cancelled = try site.ask("PUT", "/orders/\(number)", #"{"status": "cancelled"}"#, token: buyer)
        #expect(cancelled.status == 200, "\(cancelled.text)")
        #expect(cancelled.json["status"].string == "cancelled")
        #expect(
            try becomesTrue(within: 10) {
                try site.ask("GET", "/inventory/\(id)", token: token).json["available"].int == 8
            })
        #expect(try site.ask("DELETE", "/orders/\(number)", token: buyer).status == 200)
        #expect(try site.ask("GET", "/orders/\(number)", token: buyer).status == 404)

        #expect(try site.ask("DELETE", "/inventory/\(id)", token: token).status == 200)
        #expect(try site.ask("GET", "/inventory/\(id)", token: token).status == 404)
        #expect(try site.ask("DELETE", "/products/\(id)", token: token).status == 200)
        #expect(try site.ask("GET", "/products/\(id)", token: token).status == 404)
    }
}
