import Testing

/// Who gets which answer: every endpoint of the shop, and everybody who may come.
struct Access: CustomTestStringConvertible {
    /// Method and path, as the OpenAPI documents have it.
    let endpoint: String
    /// The status that each actor gets.
    let statuses: [Marketplace.Actor: Int]
    /// What the request is about, made anew for each.
    let thing: Marketplace.Thing
    /// The body; `{name}` stands for a value of the thing.
    let body: String?

    var testDescription: String { endpoint }

    var methodAndPath: (method: String, path: String) {
        let words = endpoint.split(separator: " ").map(String.init)
        return (words[0], words[1])
    }

    /// A path or a body with the values of a thing, and where it has none with something that may be there.
    static func fill(_ text: String, _ values: [String: String]) -> String {
        let any = ["id": "1", "product_id": "1", "item_id": "1", "user": "1", "category": "Books"]
        return values.merging(any) { made, _ in made }.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    private init(
        _ endpoint: String, _ thing: Marketplace.Thing, _ body: String?, _ statuses: [Marketplace.Actor: Int]
    ) {
        self.endpoint = endpoint
        self.thing = thing
        self.body = body
        self.statuses = statuses
    }

    /// Whoever has a good token gets `status`, save those for whom there is another.
    private static func signedIn(
        _ endpoint: String, _ status: Int, _ thing: Marketplace.Thing = .nothing, _ body: String? = nil,
        _ others: [Marketplace.Actor: Int] = [:]
    ) -> Access {
        var statuses: [Marketplace.Actor: Int] = [.anonymous: 401, .expired: 401, .revoked: 401]
        for actor in [Marketplace.Actor.other, .owner, .seller, .admin] { statuses[actor] = others[actor] ?? status }
        return Access(endpoint, thing, body, statuses)
    }

    /// The owner and administrators get `status`; to the others it is not there.
    private static func own(
        _ endpoint: String, _ status: Int, _ thing: Marketplace.Thing, _ body: String? = nil
    ) -> Access {
        signedIn(endpoint, status, thing, body, [.other: 404, .seller: 404])
    }

    /// The seller and administrators get `status`; the others see it and may not change it.
    private static func sold(
        _ endpoint: String, _ status: Int, _ thing: Marketplace.Thing, _ body: String? = nil
    ) -> Access {
        signedIn(endpoint, status, thing, body, [.other: 403, .owner: 403])
    }

    /// Administrators get `status`, the others 403.
    private static func admins(
        _ endpoint: String, _ status: Int, _ thing: Marketplace.Thing = .nothing, _ body: String? = nil
    ) -> Access {
        signedIn(endpoint, status, thing, body, [.other: 403, .owner: 403, .seller: 403])
    }

    /// Nobody needs a token. The services refuse one that is expired all the same: its sender believes to be signed in.
    private static func open(
        _ endpoint: String, _ status: Int, _ thing: Marketplace.Thing = .nothing, _ body: String? = nil
    ) -> Access {
        var statuses = Dictionary(uniqueKeysWithValues: Marketplace.Actor.allCases.map { ($0, status) })
        statuses[.expired] = 401
        return Access(endpoint, thing, body, statuses)
    }

    /// Only services ask, and no route leads there from outside.
    private static func hidden(_ endpoint: String, _ body: String? = nil) -> Access {
        Access(
            endpoint, .nothing, body, Dictionary(uniqueKeysWithValues: Marketplace.Actor.allCases.map { ($0, 404) }))
    }

    /// What is there and in no OpenAPI document.
    static let undocumented = [
        hidden("GET /revocations"), hidden("POST /events", #"{"id": "1"}"#),
    ]

    static let table: [String: [Access]] = [
        "auth": [
            open("POST /register", 201, .nothing, #"{"username": "user-{unique}", "password": "password123"}"#),
            open("POST /login", 200, .nothing, #"{"username": "owner", "password": "correct horse battery"}"#),
            open("POST /token", 200, .nothing, #"{"username": "owner", "password": "correct horse battery"}"#),
            open("POST /refresh", 200, .session, #"{"refresh_token": "{refresh_token}"}"#),
            open(
                "POST /get-token", 200, .serviceAccount,
                #"{"service_name": "{service_name}", "service_secret": "{service_secret}"}"#),
            open("GET /.well-known/jwks.json", 200),
            signedIn("POST /logout", 200),
            hidden("POST /validate", "{}"),
            admins("GET /service-accounts", 200),
            admins("POST /service-accounts", 201, .nothing, #"{"service_name": "m-{unique}", "scope": "a:b"}"#),
            admins("DELETE /service-accounts/{id}", 200, .serviceAccount),
        ],
        "customers": [
            signedIn("GET /customers", 200),
            signedIn("POST /customers", 201, .nothing, #"{"name": "Dave", "email": "dave{unique}@example.com"}"#),
            own("GET /customers/{id}", 200, .customer),
            own("PUT /customers/{id}", 200, .customer, #"{"name": "Caroline"}"#),
            own("DELETE /customers/{id}", 200, .customer),
        ],
        "profile": [
            signedIn("GET /profile", 200),
            signedIn("PUT /profile", 200, .nothing, #"{"phone": "+49 30 1234567"}"#),
            signedIn("GET /addresses", 200),
            signedIn("POST /addresses", 201, .nothing, #"{"line1": "Way 2", "city": "Bonn", "country": "DE"}"#),
            own("PUT /addresses/{id}", 200, .address, #"{"city": "Hamburg"}"#),
            own("DELETE /addresses/{id}", 200, .address),
            signedIn("GET /payment-methods", 200),
            signedIn(
                "POST /payment-methods", 201, .nothing,
                #"{"token": "tok_{unique}", "brand": "Visa", "last_four": "4242"}"#),
            own("DELETE /payment-methods/{id}", 200, .paymentMethod),
        ],
        "products": [
            signedIn("GET /products", 200),
            signedIn("GET /products/category/{category}", 200),
            signedIn("GET /categories", 200),
            signedIn("GET /categories/{category}", 200),
            signedIn("GET /search", 200),
            signedIn("GET /products/{id}", 200, .product),
            signedIn("POST /products", 201, .nothing, #"{"name": "A", "price": 1, "category": "B"}"#),
            signedIn("POST /create-product", 201, .nothing, #"{"name": "A", "price": "1", "category": "B"}"#),
            sold("PUT /products/{id}", 200, .product, #"{"price": 2}"#),
            sold("PUT /update-product/{id}", 200, .product, #"{"price": 2}"#),
            sold("DELETE /products/{id}", 200, .product),
            signedIn("GET /products/{id}/reviews", 200, .product),
            signedIn("POST /products/{id}/reviews", 201, .product, #"{"rating": 5}"#),
            signedIn("GET /favorites", 200),
            signedIn("POST /favorites", 201, .product, #"{"product_id": {id}}"#),
            signedIn(
                "DELETE /favorites/{product_id}", 404, .favorite, nil, [.owner: 200]),
        ],
        "inventory": [
            signedIn("GET /inventory", 200),
            signedIn("GET /inventory/{product_id}", 200, .stock),
            sold("POST /inventory", 201, .product, #"{"product_id": {id}, "quantity": 1}"#),
            sold("PUT /inventory/{product_id}", 200, .stock, #"{"quantity": 2}"#),
            sold("DELETE /inventory/{product_id}", 200, .stock),
            hidden("POST /reservations", "{}"),
            hidden("GET /reservations/{id}"),
            hidden("POST /reservations/{id}/commit"),
            hidden("DELETE /reservations/{id}"),
        ],
        "cart": [
            signedIn("GET /cart", 200),
            signedIn("DELETE /cart", 200),
            signedIn("POST /cart/items", 201, .stock, #"{"product_id": {id}, "quantity": 1}"#),
            signedIn(
                "PUT /cart/items/{item_id}", 404, .cartItem, #"{"quantity": 2}"#, [.owner: 200]),
            signedIn("DELETE /cart/items/{item_id}", 404, .cartItem, nil, [.owner: 200]),
            hidden("DELETE /carts/{user}/items"),
        ],
        "orders": [
            signedIn("GET /orders", 200),
            signedIn("POST /orders", 201, .stock, #"{"product_id": {id}, "quantity": 1}"#),
            signedIn(
                "POST /create-order", 201, .stock,
                #"{"product_id": {id}, "quantity": 1, "customer_name": "John Doe"}"#),
            signedIn("GET /orders/{id}", 200, .order, nil, [.other: 404]),
            signedIn("PUT /orders/{id}", 200, .order, #"{"status": "shipped"}"#, [.other: 404, .owner: 403]),
            signedIn("DELETE /orders/{id}/cancel", 200, .order, nil, [.other: 404]),
            signedIn("DELETE /orders/{id}", 200, .cancelledOrder, nil, [.other: 404, .seller: 403]),
        ],
        "support": [
            signedIn("GET /tickets", 200),
            signedIn("POST /tickets", 201, .nothing, #"{"subject": "Broken", "message": "It is in two pieces."}"#),
            own("GET /tickets/{id}", 200, .ticket),
            own("GET /tickets/{id}/messages", 200, .ticket),
            own("POST /tickets/{id}/messages", 201, .ticket, #"{"message": "And now?"}"#),
            own("PUT /tickets/{id}/close", 200, .ticket),
        ],
    ]
}
