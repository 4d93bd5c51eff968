import Foundation
import Synchronization
import Testing

/// The shop as its own routes.json has it, with people in it.
final class Marketplace: Sendable {
    /// Somebody who sends requests.
    enum Actor: String, CaseIterable, CustomTestStringConvertible {
        /// Without a token.
        case anonymous
        /// A user who has nothing to do with it.
        case other
        /// The user whose thing it is.
        case owner
        /// The user who sells the product that it is about.
        case seller
        /// An administrator.
        case admin
        /// The owner, with a token that ended an hour ago.
        case expired
        /// The owner, with a token of a session that was signed out.
        case revoked

        var testDescription: String { rawValue }
    }

    static let shared = Result<Marketplace, any Error> { try Marketplace() }

    static let password = "correct horse battery"
    let gateway: GatewayProcess
    private let tokens: [Actor: String]
    private let counter = Atomic<Int>(0)

    private init() throws {
        let gateway = try GatewayProcess.withRepositoryConfiguration(isUnlimited: true)
        self.gateway = gateway
        var tokens: [Actor: String] = [:]
        for actor in [Actor.other, .owner, .seller, .admin] {
            let user = #"{"username": "\#(actor)", "password": "\#(Self.password)"}"#
            let made = try gateway.curl("POST", "/register", json: user)
            guard made.status == 201 else { throw HarnessError("\(actor) cannot register: \(made.text)") }
            if actor == .owner {
                let claims = Token.claims(
                    subject: "\(made.json["id"].int ?? 0)", lifetime: -3600, more: ["roles": ["customer"]])
                tokens[.expired] = try Token.signed(claims, secret: gateway.folder.text(of: "certs/jwt.secret"))
            }
        }
        let granted = try Command.run(
            Places.shop, ["grant-admin", "admin", "--database", gateway.folder.file("var/auth.db").path])
        guard granted.status == 0 else { throw HarnessError("nobody is admin: \(granted.errors)") }
        for actor in [Actor.other, .owner, .seller, .admin] {
            tokens[actor] = try Self.signIn(actor, at: gateway)["access_token"].string
        }
        let session = try Self.signIn(.owner, at: gateway)["access_token"].string
        _ = try gateway.curl("POST", "/logout", token: session, json: "{}")
        // The gateway hears of it within half a second.
        guard try becomesTrue(within: 10, { try gateway.curl("/profile", token: session).status == 401 }) else {
            throw HarnessError("a token outlives its session")
        }
        tokens[.revoked] = session
        self.tokens = tokens
    }

    /// A session of its own for a test that ends it.
    func signIn(_ actor: Actor) throws -> JSON { try Self.signIn(actor, at: gateway) }

    private static func signIn(_ actor: Actor, at gateway: GatewayProcess) throws -> JSON {
        try gateway.curl("POST", "/login", json: #"{"username": "\#(actor)", "password": "\#(password)"}"#).json
    }

    /// A number that nobody had before.
    func unique() -> Int { counter.add(1, ordering: .relaxed).newValue }

    /// A request, with the actor's token if it has one.
    func ask(_ method: String, _ target: String, as actor: Actor, _ body: String? = nil) throws -> Answer {
        try ask(method, target, token: tokens[actor], body)
    }

    func ask(_ method: String, _ target: String, token: String?, _ body: String? = nil) throws -> Answer {
        if let body { return try gateway.curl(method, target, token: token, json: body) }
        return try gateway.curl(target, token: token, "--request", method)
    }

    /// Makes something that a test needs, and returns the answer.
    func make(_ target: String, as actor: Actor, _ body: String) throws -> JSON {
        let answer = try ask("POST", target, as: actor, body)
        guard answer.status == 201 else {
            throw HarnessError("\(actor) POST \(target): \(answer.status) \(answer.text)")
        }
        return answer.json
    }
}

/// Things that requests are about, each made anew.
extension Marketplace {
    /// What there is one of for each request, with the values that its paths and bodies name.
    enum Thing {
        case nothing, product, stock, customer, address, paymentMethod, favorite, cartItem, order, cancelledOrder
        case ticket, session, serviceAccount
    }

    func make(_ thing: Thing) throws -> [String: String] {
        let number = unique()
        func id(_ json: JSON) -> [String: String] { ["id": "\(json["id"].int ?? 0)"] }
        switch thing {
        case .nothing: return ["unique": "\(number)"]
        case .product:
            let body = #"{"name": "Lamp \#(number)", "price": 19.99, "category": "Light \#(number)"}"#
            let product = id(try make("/products", as: .seller, body))
            return product.merging(["product_id": product["id"]!]) { $1 }
        case .stock:
            let product = try make(.product)
            _ = try make("/inventory", as: .seller, #"{"product_id": \#(product["id"]!), "quantity": 9}"#)
            return product
        case .customer:
            return id(
                try make("/customers", as: .owner, #"{"name": "Carol", "email": "carol\#(number)@example.com"}"#))
        case .address:
            return id(try make("/addresses", as: .owner, #"{"line1": "Way 1", "city": "Berlin", "country": "DE"}"#))
        case .paymentMethod:
            let body = #"{"token": "tok_visa_\#(number)", "brand": "Visa", "last_four": "4242"}"#
            return id(try make("/payment-methods", as: .owner, body))
        case .favorite:
            let product = try make(.product)
            _ = try make("/favorites", as: .owner, #"{"product_id": \#(product["id"]!)}"#)
            return product
        case .cartItem:
            let product = try make(.stock)
            let body = #"{"product_id": \#(product["id"]!), "quantity": 1}"#
            return ["item_id": "\(try make("/cart/items", as: .owner, body)["item_id"].int ?? 0)"]
        case .order:
            let product = try make(.stock)
            return id(try make("/orders", as: .owner, #"{"product_id": \#(product["id"]!), "quantity": 1}"#))
        case .cancelledOrder:
            let order = try make(.order)
            _ = try ask("DELETE", "/orders/\(order["id"]!)/cancel", as: .owner)
            return order
        case .ticket:
            return id(try make("/tickets", as: .owner, #"{"subject": "Late", "message": "Where is it?"}"#))
        case .session:
            return ["refresh_token": try signIn(.owner)["refresh_token"].string ?? ""]
        case .serviceAccount:
            let body = #"{"service_name": "machine-\#(number)", "scope": "products:read"}"#
            let account = try make("/service-accounts", as: .admin, body)
            return id(account).merging([
                "service_name": "machine-\(number)", "service_secret": account["service_secret"].string ?? "",
            ]) { $1 }
        }
    }
}
