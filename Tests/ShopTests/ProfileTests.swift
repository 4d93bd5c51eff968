import HTTP
import ServiceKit
import Testing

@testable import Shop

@Suite struct ProfileTests {
    private let alice = Caller(subject: "1", roles: ["customer"])
    private let bob = Caller(subject: "2", roles: ["customer"])
    private let admin = Caller(subject: "9", roles: ["customer", "admin"])
    private let auth = Caller(subject: "service:auth", scopes: ["events:write"], roles: ["service"])

    private func service(isSeeded: Bool = false) async throws -> TestService {
        try await TestService(isSeeded: isSeeded) { ProfileHandler($0) }
    }

    private func register(_ user: String, event: String = "e1", at service: TestService) async -> Answer {
        await service.send(
            .post, "/events",
            #"""
            {"id":"\#(event)","source":"auth","kind":"user.registered","key":"\#(user)","time":1700000000,
             "payload":{"user_id":7,"username":"carol","email":"carol@example.com"}}
            """#, as: auth)
    }

    @Test func `whoever registers has a profile, once`() async throws {
        let service = try await service()
        for _ in 0..<2 { #expect(await register("7", at: service).status == 204) }
        let profile = await service.send(.get, "/profile", as: Caller(subject: "7"))
        #expect(profile.status == 200 && profile.text("user_id") == "7" && profile.text("name") == "carol")
        #expect(
            profile.text("email") == "carol@example.com" && profile.text("created_at") == "2023-11-14T22:13:20.000Z")
    }

    @Test func `a profile is there before its event, which overwrites nothing`() async throws {
        let service = try await service()
        let carol = Caller(subject: "7")
        #expect(await service.send(.get, "/profile", as: carol).text("name") == "")
        #expect(await service.send(.put, "/profile", #"{"email":"c@example.org"}"#, as: carol).status == 200)
        #expect(await register("7", at: service).status == 204)
        let profile = await service.send(.get, "/profile", as: carol)
        #expect(profile.text("name") == "carol" && profile.text("email") == "c@example.org")
    }

    @Test func `a profile is its user's alone`() async throws {
        let service = try await service(isSeeded: true)
        let changed = await service.send(
            .put, "/profile", #"{"name":"Alice","phone":"+44 20 7946 0958 11"}"#, as: alice)
        #expect(changed.status == 200 && changed.text("phone") == "+44 20 7946 0958 11")
        #expect(await service.send(.get, "/profile", as: bob).text("name") == "Bob Example")
        #expect(await service.send(.get, "/profile").status == 401)
        #expect(await service.send(.put, "/profile", "{}", as: alice).badFields == ["name"])
        #expect(await service.send(.put, "/profile", #"{"email":"nowhere"}"#, as: alice).badFields == ["email"])
    }

    @Test func `the first address is the default, and so is one that asks to be`() async throws {
        let service = try await service()
        func add(_ line: String, _ more: String = "") async -> Answer {
            await service.send(
                .post, "/addresses", #"{"line1":"\#(line)","city":"Berlin","country":"de"\#(more)}"#, as: alice)
        }
        func defaults() async -> [Bool] {
            await service.send(.get, "/addresses", as: alice).list.compactMap { $0["is_default"] as? Bool }
        }
        let first = await add("A 1")
        #expect(first.status == 201 && first.text("country") == "DE" && first["is_default"] as? Bool == true)
        _ = await add("B 2")
        _ = await add("C 3", #","is_default":true"#)
        #expect(await defaults() == [false, false, true])
        #expect(await service.send(.put, "/addresses/2", #"{"is_default":true,"line2":"x"}"#, as: alice).status == 200)
        #expect(await defaults() == [false, true, false])
        let refused = await service.send(.put, "/addresses/2", #"{"is_default":false}"#, as: alice)
        #expect(refused.badFields == ["is_default"])
        #expect(await service.send(.delete, "/addresses/2", as: alice).status == 200)
        #expect(await defaults() == [true, false])
    }

    @Test func `addresses and payment methods of others are not there`() async throws {
        let service = try await service(isSeeded: true)
        #expect(await service.send(.put, "/addresses/1", #"{"city":"Here"}"#, as: bob).status == 404)
        #expect(await service.send(.delete, "/addresses/1", as: bob).status == 404)
        #expect(await service.send(.delete, "/payment-methods/1", as: bob).status == 404)
        #expect(await service.send(.get, "/addresses", as: bob).list.compactMap { $0["id"] as? Int } == [2])
        #expect(await service.send(.get, "/payment-methods", as: bob).list.compactMap { $0["id"] as? Int } == [2])
        #expect(await service.send(.put, "/addresses/1", #"{"city":"Here"}"#, as: admin).text("city") == "Here")
        #expect(await service.send(.delete, "/addresses/1", as: admin).status == 200)
        #expect(await service.send(.delete, "/payment-methods/1", as: admin).status == 200)
        #expect(await service.send(.get, "/addresses", as: alice).text == "[]")
    }

    @Test(
        arguments: [
            ("{}", ["line1", "city", "country"]), (#"{"line1":"a","city":"b","country":"d1"}"#, ["country"]),
            (#"{"line1":"","city":"b","country":"DEU"}"#, ["line1", "country"]),
            (#"{"line1":"a","city":"b","country":"DE","label":"4242-4242-4242-4242"}"#, ["label"]),
        ] as [(String, [String])])
    func `a bad address is refused with every bad field`(body: String, fields: [String]) async throws {
        let answer = try await service().send(.post, "/addresses", body, as: alice)
        #expect(answer.status == 400)
        #expect(answer.badFields == fields)
    }

    @Test func `a payment method is a token, a brand and four digits, and there once`() async throws {
        let service = try await service(isSeeded: true)
        let body = #"{"token":"tok_amex","brand":"Amex","last_four":"0005"}"#
        let added = await service.send(.post, "/payment-methods", body, as: alice)
        #expect(added.status == 201 && added.text("token") == "tok_amex" && added["is_default"] as? Bool == false)
        #expect(await service.send(.post, "/payment-methods", body, as: alice).badFields == ["token"])
        #expect(await service.send(.post, "/payment-methods", body, as: bob).status == 201)
        let bad = await service.send(
            .post, "/payment-methods", #"{"token":"a b","brand":"","last_four":"12x4"}"#, as: bob)
        #expect(bad.status == 400 && bad.badFields == ["token", "brand", "last_four"])
        #expect(await service.send(.delete, "/payment-methods/1", as: alice).status == 200)
        let left = await service.send(.get, "/payment-methods", as: alice).list
        #expect(left.count == 1 && left[0]["is_default"] as? Bool == true)
    }

    @Test(
        arguments: [
            (#"{"token":"4242424242424242","brand":"Visa","last_four":"4242"}"#, "token"),
            (#"{"token":"tok_visa","brand":"4242 4242 4242 4242","last_four":"4242"}"#, "brand"),
            (
                #"{"token":"tok_visa","brand":"Visa","last_four":"4242","card_number":"4242-4242-4242-4243"}"#,
                "card_number"
            ),
            (#"{"token":"tok_visa","brand":"Visa","last_four":"4242","number":4242424242424242}"#, "number"),
            (#"{"token":"tok_visa","brand":"Visa","last_four":"4242","card":{"x":["+378282246310005"]}}"#, "card"),
            (#"{"token":"tok_visa","brand":"Visa","last_four":"4242","4242424242424242":1}"#, "*"),
            (#"{"token":"tok_visa","brand":"Visa","last_four":"4242","n":"\u0034242 4242 4242 4242"}"#, "n"),
        ])
    func `the number of a card is refused wherever it stands, and never repeated`(
        body: String, field: String
    ) async throws {
        let service = try await service()
        let answer = await service.send(.post, "/payment-methods", body, as: alice)
        #expect(answer.status == 400)
        #expect(answer.badFields == [field])
        #expect(!answer.text.contains("42424242") && !answer.text.contains("4242 4242"))
        #expect(await service.send(.get, "/payment-methods", as: alice).text == "[]")
    }

    @Test func `there is an end to lists`() async throws {
        let service = try await service()
        for number in 0..<PaymentMethodStore.limit {
            let body = #"{"token":"tok_\#(number)","brand":"Visa","last_four":"4242"}"#
            #expect(await service.send(.post, "/payment-methods", body, as: alice).status == 201)
        }
        let body = #"{"token":"tok_visa","brand":"Visa","last_four":"4242"}"#
        #expect(await service.send(.post, "/payment-methods", body, as: alice).status == 409)
        #expect(await service.send(.post, "/payment-methods", body, as: bob).status == 201)
    }
}

@Suite struct CardNumberTests {
    @Test(arguments: [
        "4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", "4242.4242.4242.4242", "123456789012",
        "my card: 4242\u{a0}4242\u{2013}4242\t4242!", "4242  -  4242 4242 4242", "６０１１００００００００００１２",
        "12345678901234567890", "4242\u{200b}424242424242", "tok_4242424242424242",
    ])
    func `this looks like the number of a card`(text: String) { #expect(CardNumber.isLike(text)) }

    @Test(arguments: [
        "", "12345678901", "tok_visa", "2024-01-31", "Flat 12, 345 Street 67, 89012", "1a2b3c4d5e6f7g8h9i0j1k2l3m",
    ])
    func `this does not`(text: String) { #expect(!CardNumber.isLike(text)) }

    @Test(arguments: [
        ("+44 20 7946 0958", true), ("+1 (555) 010-0100", true), ("+4242424242424242", false),
        ("44 20 7946 0958", false),
        ("+", false), ("", false), ("+44 20 call me", false),
    ])
    func `a telephone number from abroad is told by its plus sign`(text: String, isOne: Bool) {
        #expect(TelephoneNumber.isInternational(text) == isOne)
    }
}
