import Crypto
import HTTP
import SQLite
import ServiceKit
import Testing

@testable import Shop

/// Sessions: what ends them, and who is told.
@Suite struct SessionTests {
    private func service() async throws -> TestService {
        try await TestService(isSeeded: true) { try AuthHandler($0, passwords: AuthTests.cheap) }
    }

    private func signIn(_ user: String = "alice", at service: TestService) async -> (access: String, refresh: String) {
        let answer = await service.send(.post, "/login", #"{"username":"\#(user)","password":"password123"}"#)
        return (answer.text("access_token") ?? "", answer.text("refresh_token") ?? "")
    }

    private func revocations(_ service: TestService, after number: Int = 0) async -> (next: Double?, ids: [String]) {
        let answer = await service.send(.get, "/revocations?after=\(number)")
        let revoked = answer["revoked"] as? [[String: Any]] ?? []
        return (answer.number("next"), revoked.compactMap { $0["id"] as? String })
    }

    private func introspect(_ token: String, at service: TestService) async -> Answer {
        await service.send(
            .post, "/validate", #"{"token":"\#(token)"}"#, as: Caller(subject: "service:cart", roles: ["service"]))
    }

    private func logOut(_ access: String, _ body: String? = nil, at service: TestService) async -> Answer {
        await service.send(.post, "/logout", body, fields: [HeaderField("authorization", "Bearer " + access)])
    }

    @Test func `signing out ends the session and all its tokens, and no other`() async throws {
        let service = try await service()
        let (first, other) = (await signIn(at: service), await signIn(at: service))
        let next = await service.send(.post, "/refresh", #"{"refresh_token":"\#(first.refresh)"}"#)
        let renewed = next.text("access_token") ?? ""
        #expect(await revocations(service).ids == [])
        #expect(await logOut(first.access, at: service).status == 200)
        for token in [first.access, renewed] {
            #expect(await introspect(token, at: service).text == #"{"active":false}"#)
        }
        let refresh = await service.send(
            .post, "/refresh", #"{"refresh_token":"\#(next.text("refresh_token") ?? "")"}"#)
        #expect(refresh.status == 401)
        let introspection = await introspect(other.access, at: service)
        #expect(introspection["active"] as? Bool == true)
        #expect(introspection.text("sub") == "1" && introspection.text("username") == "alice")
        #expect(introspection["roles"] as? [String] == ["customer"])
        #expect(await service.send(.post, "/refresh", #"{"refresh_token":"\#(other.refresh)"}"#).status == 200)
    }

    @Test func `signing out twice is as good as once, and names the session once`() async throws {
        let service = try await service()
        let tokens = await signIn(at: service)
        let session = await introspect(tokens.access, at: service).text("sid")
        for _ in 0..<2 { #expect(await logOut(tokens.access, "{}", at: service).status == 200) }
        #expect(await revocations(service).ids == [session])
    }

    @Test func `a refresh token that goes along ends its session too, if it is one of the caller`() async throws {
        let service = try await service()
        let (here, there, bob) = (
            await signIn(at: service), await signIn(at: service), await signIn("bob", at: service)
        )
        for token in [there.refresh, bob.refresh, "unknown"] {
            #expect(await logOut(here.access, #"{"refresh_token":"\#(token)"}"#, at: service).status == 200)
        }
        #expect(await introspect(there.access, at: service)["active"] as? Bool == false)
        #expect(await introspect(bob.access, at: service)["active"] as? Bool == true)
        #expect(await service.send(.post, "/refresh", #"{"refresh_token":"\#(bob.refresh)"}"#).status == 200)
    }

    @Test func `using a refresh token twice revokes the session`() async throws {
        let service = try await service()
        let tokens = await signIn(at: service)
        let session = await introspect(tokens.access, at: service).text("sid")
        for _ in 0..<2 { _ = await service.send(.post, "/refresh", #"{"refresh_token":"\#(tokens.refresh)"}"#) }
        #expect(await revocations(service).ids == [session])
        #expect(await introspect(tokens.access, at: service).text == #"{"active":false}"#)
    }

    @Test func `revocations are told in order, in pages, and until their tokens are refused anyway`() async throws {
        let service = try await service()
        let now = service.clock.now
        try await service.database.write { context in
            for number in 1...1500 { try RevocationStore.revoke("id-\(number)", at: now, in: context) }
        }
        let first = await revocations(service)
        #expect(first.next == 1000 && first.ids == (1...1000).map { "id-\($0)" })
        let second = await revocations(service, after: 1000)
        #expect(second.next == 1500 && second.ids.count == 500 && second.ids.last == "id-1500")
        #expect(await revocations(service, after: 1500) == (1500, []))
        service.clock.advance(RevocationStore.lifetime)
        #expect(await revocations(service) == (0, []))
        _ = await logOut(await signIn(at: service).access, at: service)
        #expect(await revocations(service, after: 1500).next == 1501)
        let rows = try await service.database.read { context in
            try context.first("SELECT count(*) FROM revocations") { $0.integer(0) }
        }
        #expect(rows == 1)
    }

    @Test func `who comes with the numbers of another database is told everything`() async throws {
        let service = try await service()
        #expect(await revocations(service, after: 7000) == (0, []))
        _ = await logOut(await signIn(at: service).access, at: service)
        let told = await revocations(service, after: 7000)
        #expect(told.next == 1 && told.ids.count == 1)
        #expect(await service.send(.get, "/revocations?after=x").badFields == ["after"])
    }

    @Test(arguments: ["", "x", "a.b.c", "..", String(repeating: "a", count: 20_000), "\u{0}", "é.é.é"])
    func `a text that is no token is not active`(token: String) async throws {
        let service = try await service()
        let escaped = token.replacing("\u{0}", with: "\\u0000")
        let answer = await introspect(escaped, at: service)
        #expect(answer.status == 200)
        #expect(answer.text == #"{"active":false}"#)
    }

    @Test func `the bearer token can ask about itself, until it is revoked`() async throws {
        let service = try await service()
        let token = await signIn(at: service).access
        let bearer = [HeaderField("authorization", "Bearer " + token)]
        let answer = await service.send(.post, "/validate", nil, fields: bearer)
        #expect(answer["active"] as? Bool == true)
        #expect(answer.field("cache-control") == "no-store")
        _ = await logOut(token, at: service)
        #expect(await service.send(.post, "/validate", nil, fields: bearer).text == #"{"active":false}"#)
        #expect(await service.send(.post, "/validate", #"{"token":"\#(token)"}"#).status == 401)
        service.clock.advance(TokenIssuer.lifetime + 31)
        #expect(await service.send(.post, "/validate", nil, fields: bearer).status == 401)
        #expect(await logOut(token, at: service).status == 401)
    }

    @Test func `there are no public keys to list`() async throws {
        let answer = try await service().send(.get, "/.well-known/jwks.json")
        #expect(answer.status == 200 && answer.text == #"{"keys":[]}"#)
    }
}
