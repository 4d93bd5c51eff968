import HTTP
import ServiceKit
import Testing

@testable import Shop

@Suite struct CustomersTests {
    private let alice = Caller(subject: "1", roles: ["customer"])
    private let bob = Caller(subject: "2", roles: ["customer"])
    private let admin = Caller(subject: "9", roles: ["customer", "admin"])

    private func service(isSeeded: Bool = false) async throws -> TestService {
        try await TestService(isSeeded: isSeeded) { CustomersHandler($0) }
    }

    private func add(_ email: String = "carol@example.com", as caller: Caller, at service: TestService) async -> Answer
    {
        await service.send(.post, "/customers", #"{"name":" Carol ","email":"\#(email)"}"#, as: caller)
    }

    @Test func `a customer is added, shown, changed and deleted`() async throws {
        let service = try await service()
        let added = await add(as: alice, at: service)
        #expect(added.status == 201 && added.field("location") == "/customers/1")
        #expect(added.text("name") == "Carol" && added.text("email") == "carol@example.com")
        #expect(await service.send(.get, "/customers/1", as: alice).text == added.text)
        service.clock.advance(60)
        let changed = await service.send(.put, "/customers/1", #"{"name":"Caroline"}"#, as: alice)
        #expect(changed.status == 200 && changed.text("name") == "Caroline")
        #expect(changed.text("email") == "carol@example.com" && changed.text("updated_at") != added.text("updated_at"))
        #expect(await service.send(.delete, "/customers/1", as: alice).status == 200)
        #expect(await service.send(.get, "/customers/1", as: alice).status == 404)
    }

    @Test func `to others a customer is not there, and administrators may do all`() async throws {
        let service = try await service()
        _ = await add(as: alice, at: service)
        for method in [HTTP.Method.get, .put, .delete] {
            let answer = await service.send(method, "/customers/1", #"{"name":"Mallory"}"#, as: bob)
            #expect(answer.status == 404)
        }
        #expect(await service.send(.get, "/customers", as: bob).text == "[]")
        #expect(await service.send(.get, "/customers", as: admin).names == ["Carol"])
        #expect(await service.send(.put, "/customers/1", #"{"name":"C"}"#, as: admin).status == 200)
        #expect(await service.send(.get, "/customers/1", as: alice).text("name") == "C")
        #expect(await service.send(.delete, "/customers/1", as: admin).status == 200)
    }

    @Test(
        arguments: [
            ("{}", ["name", "email"]), (#"{"name":"","email":"nowhere"}"#, ["name", "email"]),
            (#"{"name":"C","email":"a@b"}"#, ["email"]), (#"{"name":7,"email":null}"#, ["name", "email"]),
        ] as [(String, [String])])
    func `bad data is refused with every bad field`(body: String, fields: [String]) async throws {
        let answer = try await service().send(.post, "/customers", body, as: alice)
        #expect(answer.status == 400)
        #expect(answer.badFields == fields)
    }

    @Test func `an address is one customer of a user, and may be one of another`() async throws {
        let service = try await service()
        #expect(await add(as: alice, at: service).status == 201)
        #expect(await add("CAROL@example.com", as: alice, at: service).badFields == ["email"])
        #expect(await add(as: bob, at: service).status == 201)
        #expect(await add("dave@example.com", as: alice, at: service).status == 201)
        let taken = await service.send(.put, "/customers/3", #"{"email":"carol@example.com"}"#, as: alice)
        #expect(taken.status == 409)
        let same = await service.send(.put, "/customers/1", #"{"email":"Carol@example.com"}"#, as: alice)
        #expect(same.status == 200)
    }

    @Test func `lists come in pages`() async throws {
        let service = try await service()
        for number in 1...5 { _ = await add("c\(number)@example.com", as: number == 3 ? bob : alice, at: service) }
        let first = await service.send(.get, "/customers?limit=3", as: alice)
        #expect(first.list.compactMap { $0["id"] as? Int } == [1, 2, 4])
        let link = try #require(first.field("link"))
        let next = link.dropFirst().prefix { $0 != ">" }
        let second = await service.send(.get, "/customers" + next, as: alice)
        #expect(second.list.compactMap { $0["id"] as? Int } == [5])
        #expect(second.field("link") == nil)
    }

    @Test func `a machine needs the scope`() async throws {
        let service = try await service(isSeeded: true)
        let machine = Caller(subject: "account:reports", scopes: ["customers:read"])
        #expect(await service.send(.get, "/customers", as: machine).text == "[]")
        #expect(await add(as: machine, at: service).status == 403)
        #expect(await service.send(.get, "/customers", as: alice).names == ["Carol Customer"])
        #expect(await service.send(.get, "/customers").status == 401)
    }
}
