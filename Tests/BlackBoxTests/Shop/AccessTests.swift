import Foundation
import Testing

/// Who may do what in the shop, through the gateway: every endpoint for everybody who may come. One after the other, for the
/// owner has one cart.
@Suite(.serialized) struct AccessTests {
    let shop: Marketplace

    init() throws { shop = try Marketplace.shared.get() }

    /// The services of the repository's routes.json.
    private static let services = {
        let text = (try? String(contentsOf: Places.repository.appending(path: "routes.json"), encoding: .utf8)) ?? ""
        return JSON(text)["services"].keys
    }()

    @Test(arguments: services)
    func `the table has every endpoint of the service and no other`(service: String) throws {
        let asked = try Command.run(
            Places.curl,
            [
                "--silent", "--show-error", "--fail", "--max-time", "30", "--unix-socket",
                shop.gateway.folder.file("var/run/internal.sock").path, "http://\(service).internal/openapi.json",
            ])
        #expect(asked.status == 0, "\(asked.errors)")
        let paths = JSON(asked.output)["paths"]
        let endpoints = paths.keys.flatMap { path in paths[path].keys.map { $0.uppercased() + " " + path } }
        #expect(endpoints.sorted() == (Access.table[service] ?? []).map(\.endpoint).sorted())
    }

    @Test(arguments: services.flatMap { Access.table[$0] ?? [] } + Access.undocumented)
    func `everybody gets the answer that the table has for them`(access: Access) throws {
        let (method, path) = access.methodAndPath
        for actor in Marketplace.Actor.allCases {
            // What is refused at the door needs nothing to be there.
            let isRefused = access.statuses[actor] == 401
            let values = try shop.make(isRefused ? .nothing : access.thing)
            let target = Access.fill(path, values) + (path == "/search" ? "?q=lamp" : "")
            let body = access.body.map { Access.fill($0, values) }
            // Signing out must not end the session that the other rows need.
            let isEnding = path == "/logout" && !isRefused
            let answer =
                isEnding
                ? try shop.ask(method, target, token: shop.signIn(actor)["access_token"].string, body)
                : try shop.ask(method, target, as: actor, body)
            #expect(answer.status == access.statuses[actor], "\(actor) \(access.endpoint): \(answer.text.prefix(300))")
            if answer.status == 401 { #expect(answer["WWW-Authenticate"] != nil, "\(actor) \(access.endpoint)") }
        }
    }

    @Test func `a machine does what its scopes say, and nothing else`() throws {
        let account = try shop.make(
            "/service-accounts", as: .admin, #"{"service_name": "till", "scope": "products:read orders:write"}"#)
        let secret = account["service_secret"].string ?? ""
        let token = try shop.ask(
            "POST", "/get-token", as: .anonymous, #"{"service_name": "till", "service_secret": "\#(secret)"}"#
        ).json["access_token"].string
        let product = try shop.make(.stock)["id"]!
        let order = #"{"product_id": \#(product), "quantity": 1, "customer_name": "John Doe"}"#
        for (method, path, body, status) in [
            ("GET", "/products/\(product)", nil, 200), ("POST", "/create-order", order, 201),
            ("GET", "/orders", nil, 403), ("POST", "/products", "{}", 403), ("GET", "/profile", nil, 403),
            ("GET", "/cart", nil, 403), ("GET", "/service-accounts", nil, 403),
        ] as [(String, String, String?, Int)] {
            let answer = try shop.ask(method, path, token: token, body)
            #expect(answer.status == status, "\(method) \(path): \(answer.text)")
        }
        #expect(try shop.ask("DELETE", "/service-accounts/\(account["id"].int ?? 0)", as: .admin).status == 200)
        #expect(try becomesTrue { try shop.ask("GET", "/products", token: token).status == 401 })
    }

    @Test func `lists of one user hold nothing of another, and administrators see what is theirs to see`() throws {
        let mark = "Marked \(shop.unique())"
        let product =
            try shop.make(
                "/products", as: .seller, #"{"name": "\#(mark)", "price": 1, "category": "Books"}"#
            )["id"].int ?? 0
        _ = try shop.make("/inventory", as: .seller, #"{"product_id": \#(product), "quantity": 9}"#)
        let things: [(service: String, path: String, body: String, isForAdmins: Bool)] = [
            ("customers", "/customers", #"{"name": "\#(mark)", "email": "marked@example.com"}"#, true),
            (
                "profile", "/addresses", #"{"label": "\#(mark)", "line1": "1", "city": "Berlin", "country": "DE"}"#,
                false
            ),
            ("profile", "/payment-methods", #"{"token": "tok_m", "brand": "\#(mark)", "last_four": "4242"}"#, false),
            ("products", "/favorites", #"{"product_id": \#(product)}"#, false),
            ("cart", "/cart", #"{"product_id": \#(product), "quantity": 1}"#, false),
            ("orders", "/orders", #"{"product_id": \#(product), "quantity": 1, "customer_name": "\#(mark)"}"#, true),
            ("support", "/tickets", #"{"subject": "\#(mark)", "message": "Look."}"#, true),
        ]
        for (service, path, body, isForAdmins) in things where Self.services.contains(service) {
            _ = try shop.make(path == "/cart" ? "/cart/items" : path, as: .owner, body)
            func sees(_ actor: Marketplace.Actor) throws -> Bool {
                try shop.ask("GET", path == "/cart" ? path : path + "?limit=1000", as: actor).text.contains(mark)
            }
            #expect(try sees(.owner), "\(path)")
            #expect(try !sees(.other), "\(path)")
            #expect(try sees(.admin) == isForAdmins, "\(path)")
        }
    }
}
