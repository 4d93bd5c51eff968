import HTTP
import ServiceKit
import Testing

@testable import Shop

/// Machines outside: who makes their accounts, and what their tokens are good for.
@Suite struct ServiceAccountTests {
    private let admin = Caller(subject: "1", roles: ["customer", "admin"])

    private func service(isOpen: Bool = false) async throws -> TestService {
        try await TestService(isSeeded: true) {
            try AuthHandler($0, passwords: AuthTests.cheap, isOpen: isOpen)
        }
    }

    private func makeAccount(_ name: String = "reports", at service: TestService) async -> Answer {
        await service.send(
            .post, "/service-accounts", #"{"service_name":"\#(name)","scope":"products:read orders:read"}"#, as: admin)
    }

    private func getToken(_ name: String, _ secret: String?, at service: TestService) async -> Answer {
        let member = secret.map { #","service_secret":"\#($0)""# } ?? ""
        return await service.send(.post, "/get-token", #"{"service_name":"\#(name)"\#(member)}"#)
    }

    private func introspect(_ answer: Answer, at service: TestService) async -> Answer {
        await service.send(.post, "/validate", #"{"token":"\#(answer.text("access_token") ?? "")"}"#, as: admin)
    }

    @Test func `an account gets tokens with its scopes, and its secret is shown once`() async throws {
        let service = try await service()
        let made = await makeAccount(at: service)
        #expect(made.status == 201 && made.field("cache-control") == "no-store")
        let secret = try #require(made.text("service_secret"))
        let list = await service.send(.get, "/service-accounts", as: admin)
        #expect(list.list.count == 1 && !list.text.contains(secret))
        let answer = await getToken("reports", secret, at: service)
        #expect(answer.status == 200 && answer.text("token_type") == "Bearer")
        let claims = await introspect(answer, at: service)
        #expect(claims.text("sub") == "account:reports" && claims.text("scope") == "products:read orders:read")
        #expect((claims["roles"] as? [String])?.isEmpty == true)
    }

    @Test func `a wrong secret and an unknown name are told the same`() async throws {
        let service = try await service()
        _ = await makeAccount(at: service)
        let wrong = await getToken("reports", "wrong", at: service)
        let unknown = await getToken("nobody", "", at: service)
        #expect(wrong.status == 401 && wrong.text == unknown.text)
        let missing = await getToken("reports", nil, at: service)
        #expect(missing.status == 400 && missing.badFields == ["service_secret"])
    }

    @Test func `guessing is slowed down`() async throws {
        let service = try await service()
        let secret = await makeAccount(at: service).text("service_secret")
        for _ in 0..<10 { #expect(await getToken("reports", "guess", at: service).status == 401) }
        #expect(await getToken("reports", secret, at: service).status == 429)
        service.clock.advance(30)
        #expect(await getToken("reports", secret, at: service).status == 200)
    }

    @Test func `removing an account ends its tokens`() async throws {
        let service = try await service()
        let made = await makeAccount(at: service)
        let token = await getToken("reports", made.text("service_secret"), at: service)
        #expect(await service.send(.delete, "/service-accounts/1", as: admin).status == 200)
        #expect(await introspect(token, at: service)["active"] as? Bool == false)
        #expect(await getToken("reports", made.text("service_secret"), at: service).status == 401)
        #expect(await service.send(.delete, "/service-accounts/1", as: admin).status == 404)
        let again = await makeAccount(at: service)
        let renewed = await getToken("reports", again.text("service_secret"), at: service)
        #expect(await introspect(renewed, at: service)["active"] as? Bool == true)
    }

    @Test func `one holder of a token cannot end those of the others`() async throws {
        let service = try await service()
        let secret = await makeAccount(at: service).text("service_secret")
        let (here, there) = (
            await getToken("reports", secret, at: service), await getToken("reports", secret, at: service)
        )
        let bearer = HeaderField("authorization", "Bearer " + (here.text("access_token") ?? ""))
        #expect(await service.send(.post, "/logout", nil, fields: [bearer]).status == 200)
        #expect(await introspect(here, at: service)["active"] as? Bool == false)
        #expect(await introspect(there, at: service)["active"] as? Bool == true)
    }

    @Test func `only administrators make, list and remove accounts`() async throws {
        let service = try await service()
        for caller in [Caller(subject: "2", roles: ["customer"]), Caller(subject: "service:cart", roles: ["service"])] {
            let body = #"{"service_name":"a","scope":"b"}"#
            #expect(await service.send(.post, "/service-accounts", body, as: caller).status == 403)
            #expect(await service.send(.get, "/service-accounts", as: caller).status == 403)
            #expect(await service.send(.delete, "/service-accounts/1", as: caller).status == 403)
        }
    }

    @Test(
        arguments: [
            (#"{"service_name":"a b","scope":""}"#, ["service_name", "scope"]), ("{}", ["service_name", "scope"]),
            (#"{"service_name":"service:orders","scope":"a\"b"}"#, ["service_name", "scope"]),
        ])
    func `an account has a name and at least one scope`(body: String, fields: [String]) async throws {
        let answer = try await service().send(.post, "/service-accounts", body, as: admin)
        #expect(answer.status == 400)
        #expect(answer.badFields == fields)
    }

    @Test func `a name is given once`() async throws {
        let service = try await service()
        #expect(await makeAccount(at: service).status == 201)
        let second = await makeAccount(at: service)
        #expect(second.status == 409 && second.badFields == ["service_name"])
    }

    @Test func `where it is asked for, services without a secret may read products and place orders`() async throws {
        let service = try await service(isOpen: true)
        let answer = await getToken("order-service", nil, at: service)
        #expect(answer.status == 200)
        let claims = await introspect(answer, at: service)
        #expect(claims.text("scope") == "products:read orders:write" && claims.text("sub") == "open:order-service")
        #expect((claims["roles"] as? [String])?.isEmpty == true)
        #expect(await getToken("order-service", "wrong", at: service).status == 401)
    }

    @Test func `who is made an administrator is one from the next refresh on`() async throws {
        let service = try await service()
        let tokens = await service.send(.post, "/login", #"{"username":"bob","password":"password123"}"#)
        let users = UserStore(database: service.database)
        for _ in 0..<2 { #expect(try await users.grant("admin", to: "BOB")) }
        #expect(try await users.grant("admin", to: "nobody") == false)
        let refresh = #"{"refresh_token":"\#(tokens.text("refresh_token") ?? "")"}"#
        let claims = await introspect(await service.send(.post, "/refresh", refresh), at: service)
        #expect(claims["roles"] as? [String] == ["customer", "admin"])
    }
}
