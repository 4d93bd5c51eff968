import HTTP
import ServiceKit
import Testing

@testable import Shop

private let alice = Caller(subject: "1", roles: ["customer"])
private let bob = Caller(subject: "2", roles: ["customer"])

@Suite struct CartTests {
    private let products: TestService
    private let cart: TestService

    init() async throws {
        products = try await TestService(isSeeded: true) { ProductsHandler($0) }
        cart = try await TestService(services: ["products": products]) { CartHandler($0) }
    }

    private func add(_ product: Int, _ quantity: Int, as caller: Caller = alice) async -> Answer {
        await cart.send(.post, "/cart/items", #"{"product_id":\#(product),"quantity":\#(quantity)}"#, as: caller)
    }

    @Test func `what is added is shown with today's names and prices`() async throws {
        let made = await add(4, 2)
        #expect(made.status == 201)
        #expect(made.field("location") == "/cart/items/1")
        #expect(made.text.contains(#""name":"Coffee mug","price":12.50,"quantity":2,"total":25,"#))
        _ = await add(7, 3)
        _ = await products.send(.put, "/products/4", #"{"price":10.25,"name":"Mug"}"#, as: alice)
        let shown = await cart.send(.get, "/cart", as: alice)
        #expect(shown.status == 200)
        #expect(shown.items.compactMap { $0["name"] as? String } == ["Mug", "Notebook"])
        #expect(shown.items.compactMap { $0["item_id"] as? Int } == [1, 2])
        #expect(shown.number("count") == 5)
        #expect(shown.text.contains(#""total":44.47}"#))
    }

    @Test func `adding again adds to what is there, up to a thousand`() async throws {
        _ = await add(4, 2)
        let more = await add(4, 998)
        #expect(more.status == 201)
        #expect(more.number("quantity") == 1000)
        #expect(more.number("item_id") == 1)
        let most = await add(4, 1)
        #expect(most.status == 409)
        #expect(most.badFields == ["quantity"])
        #expect(await cart.send(.get, "/cart", as: alice).number("count") == 1000)
    }

    @Test func `items are changed and taken out, and a cart is emptied`() async throws {
        _ = await add(1, 1)
        _ = await add(2, 1)
        let changed = await cart.send(.put, "/cart/items/1", #"{"quantity":5}"#, as: alice)
        #expect(changed.status == 200)
        #expect(changed.number("quantity") == 5)
        #expect(changed.text("name") == "iPhone")
        #expect(await cart.send(.delete, "/cart/items/1", as: alice).status == 200)
        #expect(await cart.send(.delete, "/cart/items/1", as: alice).status == 404)
        #expect(await cart.send(.put, "/cart/items/1", #"{"quantity":5}"#, as: alice).status == 404)
        let emptied = await cart.send(.delete, "/cart", as: alice)
        #expect(emptied.status == 200)
        #expect(emptied.text == #"{"items":[],"count":0,"total":0}"#)
        #expect(await cart.send(.get, "/cart", as: alice).text == emptied.text)
        #expect(await add(1, 1).number("item_id") == 3, "an id is never given out twice")
    }

    @Test func `nobody sees or changes another user's cart`() async throws {
        _ = await add(1, 1)
        #expect(await cart.send(.get, "/cart", as: bob).items.isEmpty)
        #expect(await cart.send(.put, "/cart/items/1", #"{"quantity":5}"#, as: bob).status == 404)
        #expect(await cart.send(.delete, "/cart/items/1", as: bob).status == 404)
        #expect(await cart.send(.delete, "/cart", as: bob).status == 200)
        _ = await add(1, 4, as: bob)
        #expect(await cart.send(.get, "/cart", as: alice).number("count") == 1)
        for (method, path) in [(HTTP.Method.get, "/cart"), (.delete, "/cart"), (.delete, "/cart/items/1")] {
            #expect(await cart.send(method, path).status == 401)
        }
    }

    @Test(
        arguments: [
            ("{}", ["product_id"]), (#"{"product_id":0,"quantity":0}"#, ["product_id", "quantity"]),
            (#"{"product_id":1,"quantity":1001}"#, ["quantity"]), (#"{"product_id":"a"}"#, ["product_id"]),
        ])
    func `a bad item is refused with every bad field`(body: String, fields: [String]) async throws {
        let answer = await cart.send(.post, "/cart/items", body, as: alice)
        #expect(answer.status == 400)
        #expect(answer.badFields == fields)
    }

    @Test func `an unknown product is refused, and one that went away is no longer for sale`() async throws {
        let unknown = await add(99, 1)
        #expect(unknown.status == 422)
        #expect(unknown.badFields == ["product_id"])
        _ = await add(1, 1)
        _ = await add(7, 1)
        _ = await products.send(.delete, "/products/1", as: alice)
        let shown = await cart.send(.get, "/cart", as: alice)
        #expect(shown.items.map { $0["is_for_sale"] as? Bool } == [false, true])
        #expect(shown.text.contains(#""total":7.99}"#))
    }

    @Test func `a cart has a hundred items, and no more when many are added at once`() async throws {
        for index in 0..<120 {
            _ = await products.send(.post, "/products", #"{"name":"p\#(index)","price":1,"category":"c"}"#, as: alice)
        }
        let statuses = await withTaskGroup { group in
            for product in 1...120 { group.addTask { await add(product, 1).status } }
            return await group.reduce(into: [:] as [Int: Int]) { $0[$1, default: 0] += 1 }
        }
        #expect(statuses == [201: 100, 409: 20])
        let shown = await cart.send(.get, "/cart", as: alice)
        #expect(shown.items.count == 100)
        #expect(shown.items.allSatisfy { $0["is_for_sale"] as? Bool == true })
    }

    @Test func `what was ordered leaves the cart, and what was added since stays`() async throws {
        for product in [1, 2, 3] { _ = await add(product, 1) }
        _ = await add(1, 1, as: bob)
        let orders = Caller(subject: "service:orders", scopes: ["cart:clear"], roles: ["service"])
        for _ in 0..<2 {
            #expect(await cart.send(.delete, "/carts/1/items?ids=1,2,4,99", as: orders).status == 204)
        }
        #expect(await cart.send(.get, "/cart", as: alice).items.compactMap { $0["product_id"] as? Int } == [3])
        #expect(await cart.send(.get, "/cart", as: bob).number("count") == 1)
        #expect(await cart.send(.delete, "/carts/1/items", as: orders).badFields == ["ids"])
        #expect(await cart.send(.delete, "/carts/1/items?ids=3", as: alice).status == 403)
    }

    @Test func `a silent catalogue is 503`() async throws {
        let alone = try await TestService { CartHandler($0) }
        #expect(await alone.send(.post, "/cart/items", #"{"product_id":1}"#, as: alice).status == 503)
        #expect(await alone.send(.get, "/cart", as: alice).status == 200, "an empty cart needs no names")
    }
}

extension Answer {
    /// The items of a cart.
    fileprivate var items: [[String: Any]] { self["items"] as? [[String: Any]] ?? [] }
}
