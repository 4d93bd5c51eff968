import Foundation
import Testing

/// Every endpoint of seed 003: the whole shop, with the users that its document seeds. Each test is another user's, so
/// that they can run at once.
@Suite struct Seed003Tests {
    static let site = Result<ShopGateway, any Error> { try ShopGateway(seed: "003") }

    /// A user that nobody else is.
    private func newcomer(_ site: ShopGateway, _ name: String) throws -> String {
        let user = #"{"username": "\#(name)", "password": "correct horse battery"}"#
        #expect(try site.ask("POST", "/register", user).status == 201)
        return try #require(try site.ask("POST", "/login", user).json["access_token"].string)
    }

    @Test func `auth: register, login, refresh, logout, validate`() throws {
        let site = try Self.site.get()
        let user = #"{"username": "frida", "password": "correct horse battery"}"#
        #expect(try site.ask("POST", "/register", user).status == 201)
        #expect(try site.ask("POST", "/register", user).status == 409)
        let grant = try site.ask("POST", "/login", user)
        #expect(grant.status == 200)
        let refresh = try #require(grant.json["refresh_token"].string)
        let next = try site.ask("POST", "/refresh", #"{"refresh_token": "\#(refresh)"}"#)
        #expect(next.status == 200)
        let token = try #require(next.json["access_token"].string)
        #expect(try site.ask("GET", "/cart", token: token).status == 200)
        #expect(try site.ask("POST", "/validate", #"{"token": "\#(token)"}"#).status == 401)
        let valid = try site.ask("POST", "/validate", #"{"token": "\#(token)"}"#, token: token)
        #expect(valid.status == 200)
        #expect(valid.json["active"].bool == true)
        #expect(try site.ask("POST", "/validate", #"{"token": "x.y.z"}"#, token: token).json["active"].bool == false)
        #expect(try site.ask("POST", "/logout", "{}", token: token).status == 200)
        #expect(try becomesTrue(within: 5) { try site.ask("GET", "/cart", token: token).status == 401 })
    }

    @Test(arguments: ["alice", "bob"]) func `the users of the document are there`(name: String) throws {
        let site = try Self.site.get()
        let token = try site.signIn(name)
        let profile = try site.ask("GET", "/profile", token: token)
        #expect(profile.status == 200)
        #expect(profile.json["name"].string?.isEmpty == false)
        #expect(try !site.ask("GET", "/orders", token: token).json.array.isEmpty)
        #expect(try !site.ask("GET", "/tickets", token: token).json.array.isEmpty)
        #expect(try !site.ask("GET", "/products", token: token).json.array.isEmpty)
    }

    @Test func `profile, addresses and payment methods`() throws {
        let site = try Self.site.get()
        let token = try newcomer(site, "gina")
        #expect(try site.ask("GET", "/profile", token: token).status == 200)
        let profile = try site.ask("PUT", "/profile", #"{"name": "Gina", "phone": "+44 20"}"#, token: token)
        #expect(profile.status == 200)
        #expect(profile.json["name"].string == "Gina")

        let address = #"{"line1": "1 High Street", "city": "London", "country": "GB"}"#
        let home = try site.ask("POST", "/addresses", address, token: token)
        #expect(home.status == 201, "\(home.text)")
        let place = try #require(home.json["id"].int)
        #expect(try site.ask("GET", "/addresses", token: token).json.array.count == 1)
        let moved = try site.ask("PUT", "/addresses/\(place)", #"{"city": "Leeds"}"#, token: token)
        #expect(moved.json["city"].string == "Leeds")
        #expect(try site.ask("DELETE", "/addresses/\(place)", token: token).status == 200)

        let card = #"{"token": "tok_visa", "brand": "visa", "last_four": "4242"}"#
        let method = try site.ask("POST", "/payment-methods", card, token: token)
        #expect(method.status == 201, "\(method.text)")
        let id = try #require(method.json["id"].int)
        #expect(try site.ask("GET", "/payment-methods", token: token).json.array.map { $0["id"].int } == [id])
        let number = #"{"token": "4242424242424242", "brand": "visa", "last_four": "4242"}"#
        #expect(try site.ask("POST", "/payment-methods", number, token: token).status == 400)
        #expect(try site.ask("DELETE", "/payment-methods/\(id)", token: token).status == 200)
        #expect(try site.ask("GET", "/payment-methods", token: token).json.array.isEmpty)
    }

    @Test func `products, categories, reviews, favorites and search`() throws {
        let site = try Self.site.get()
        let token = try newcomer(site, "hugo")
        let list = try site.ask("GET", "/products", token: token)
        #expect(list.status == 200)
        let product = list.json[0]
        let (id, name) = (try #require(product["id"].int), try #require(product["name"].string))
        let category = try #require(product["category"].string)
        #expect(try site.ask("GET", "/products/\(id)", token: token).json["name"].string == name)
        #expect(try site.ask("GET", "/products/999999", token: token).status == 404)
        let shelf = try site.ask("GET", "/categories/\(category)", token: token)
        #expect(shelf.status == 200)
        #expect(shelf.json.array.contains { $0["id"].int == id })

        let review = try site.ask(
            "POST", "/products/\(id)/reviews", #"{"rating": 5, "comment": "Good."}"#, token: token)
        #expect(review.status == 201)
        #expect(
            try site.ask("POST", "/products/\(id)/reviews", #"{"rating": 6}"#, token: token).status == 400)
        let reviews = try site.ask("GET", "/products/\(id)/reviews", token: token)
        #expect(reviews.json.array.contains { $0["comment"].string == "Good." })

        #expect(try site.ask("POST", "/favorites", #"{"product_id": \#(id)}"#, token: token).status == 201)
        let favorites = try site.ask("GET", "/favorites", token: token)
        #expect(favorites.status == 200)
        #expect(favorites.json.array.count == 1)
        #expect(try site.ask("DELETE", "/favorites/\(id)", token: token).status == 200)
        #expect(try site.ask("GET", "/favorites", token: token).json.array.isEmpty)

        let found = try site.ask("GET", "/search?q=\(name.prefix { $0 != " " })", token: token)
        #expect(found.status == 200)
        #expect(found.json.array.contains { $0["id"].int == id })
    }

    @Test func `a cart is filled, changed, ordered and cleared`() throws {
        let site = try Self.site.get()
        let token = try newcomer(site, "ines")
        #expect(try site.ask("GET", "/cart", token: token).json["items"].array.isEmpty)
        let added = try site.ask("POST", "/cart/items", #"{"product_id": 2, "quantity": 1}"#, token: token)
        #expect(added.status == 201 || added.status == 200, "\(added.text)")
        let item = try #require(
            try site.ask("GET", "/cart", token: token).json["items"][0]["item_id"].int)
        let changed = try site.ask("PUT", "/cart/items/\(item)", #"{"quantity": 2}"#, token: token)
        #expect(changed.status == 200)
        #expect(try site.ask("GET", "/cart", token: token).json["items"][0]["quantity"].int == 2)
        #expect(try site.ask("DELETE", "/cart/items/\(item)", token: token).status == 200)
        _ = try site.ask("POST", "/cart/items", #"{"product_id": 2, "quantity": 1}"#, token: token)
        #expect(try site.ask("DELETE", "/cart", token: token).status == 200)
        #expect(try site.ask("GET", "/cart", token: token).json["items"].array.isEmpty)

        _ = try site.ask("POST", "/cart/items", #"{"product_id": 4, "quantity": 2}"#, token: token)
        let order = try site.ask("POST", "/orders", #"{"payment_token": "tok_visa"}"#, token: token)
        #expect(order.status == 201, "\(order.text)")
        #expect(order.json["items"][0]["product_id"].int == 4)
        let id = try #require(order.json["id"].int)
        #expect(try becomesTrue(within: 10) { try site.ask("GET", "/cart", token: token).json["items"].array.isEmpty })
        #expect(try site.ask("GET", "/orders", token: token).json.array.map { $0["id"].int } == [id])
        #expect(try site.ask("GET", "/orders/\(id)", token: token).status == 200)
        #expect(try site.ask("GET", "/orders/\(id)", token: try newcomer(site, "ines2")).status == 404)
        let cancelled = try site.ask("DELETE", "/orders/\(id)/cancel", token: token)
        #expect(cancelled.status == 200, "\(cancelled.text)")
        #expect(cancelled.json["status"].string == "cancelled")
        // A cancelled order goes nowhere.
        #expect(try site.ask("PUT", "/orders/\(id)", #"{"status": "shipped"}"#, token: try site.signIn()).status == 409)
    }

    @Test func `tickets are opened, answered and closed`() throws {
        let site = try Self.site.get()
        let token = try newcomer(site, "jon")
        let opened = try site.ask(
            "POST", "/tickets", #"{"subject": "Where is it?", "message": "I wait."}"#, token: token)
        #expect(opened.status == 201, "\(opened.text)")
        let id = try #require(opened.json["id"].int)
        #expect(try site.ask("GET", "/tickets", token: token).json.array.map { $0["id"].int } == [id])
        let message = try site.ask("POST", "/tickets/\(id)/messages", #"{"message": "Still."}"#, token: token)
        #expect(message.status == 201, "\(message.text)")
        let ticket = try site.ask("GET", "/tickets/\(id)", token: token)
        #expect(ticket.status == 200)
        #expect(ticket.json["messages"].array.compactMap { $0["body"].string } == ["I wait.", "Still."])
        #expect(try site.ask("GET", "/tickets/\(id)", token: try newcomer(site, "jon2")).status == 404)
        let closed = try site.ask("PUT", "/tickets/\(id)/close", token: token)
        #expect(closed.status == 200)
        #expect(closed.json["status"].string == "closed")
        let chat = try site.ask("GET", "/socket.io/?EIO=4&transport=polling")
        #expect(chat.status == 200)
        #expect(chat.text.hasPrefix("0{"))
    }

    @Test func `each service answers on the port that the document names`() throws {
        let site = try Self.site.get()
        let token = try site.signIn()
        let places = [
            5001: "/health", 5002: "/profile", 5003: "/products", 5004: "/cart", 5005: "/orders", 5006: "/tickets",
        ]
        for (port, path) in places { #expect(try site.ask(port: port, path, token: token).status == 200, "\(port)") }
        #expect(try site.ask(port: 5000, scheme: "https", "/products", token: token).status == 200)
    }
}
