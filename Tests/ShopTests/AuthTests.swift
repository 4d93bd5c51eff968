import Crypto
import Foundation
import HTTP
import SQLite
import ServiceKit
import Testing

@testable import Shop

@Suite struct AuthTests {
    static let cheap = PasswordHasher(
        parameters: ScryptParameters(costExponent: 4, blockSize: 8, parallelism: 1)!)

    private func service(isSeeded: Bool = true) async throws -> TestService {
        try await TestService(isSeeded: isSeeded) { try AuthHandler($0, passwords: Self.cheap) }
    }

    private func refresh(_ token: String?, at service: TestService) async -> Answer {
        await service.send(.post, "/refresh", #"{"refresh_token":"\#(token ?? "")"}"#)
    }

    @Test func `whoever registers can sign in, and is who the token says`() async throws {
        let service = try await service(isSeeded: false)
        let registered = await service.send(
            .post, "/register",
            #"{"username":"Carol","email":"carol@example.com","password":"correct horse","roles":["admin"]}"#)
        #expect(registered.status == 201)
        #expect(registered["roles"] as? [String] == ["customer"])
        #expect(!registered.text.contains("horse") && !registered.text.contains("scrypt"))
        for name in ["carol", "CAROL", "carol@example.com"] {
            let signedIn = await service.send(.post, "/login", #"{"username":"\#(name)","password":"correct horse"}"#)
            #expect(signedIn.status == 200)
            #expect(signedIn.text("token_type") == "Bearer")
            #expect(signedIn.number("expires_in") == 900)
            #expect(signedIn.field("cache-control") == "no-store")
            let payload = signedIn.text("access_token")!.split(separator: ".")[1]
            let claims = String(decoding: Data(base64Encoded: padded(payload))!, as: UTF8.self)
            for part in [
                #""sub":"1""#, #""iss":"shop""#, #""aud":"shop""#, #""roles":["customer"]"#, #""username":"Carol""#,
            ] {
                #expect(claims.contains(part), "\(claims)")
            }
        }
    }

    private func padded(_ text: Substring) -> String {
        let standard = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        return standard + String(repeating: "=", count: (4 - standard.count % 4) % 4)
    }

    @Test func `whoever registers is told of in the same transaction, and whoever is refused is not`() async throws {
        let service = try await service()
        let body = #"{"username":"carol","email":"carol@example.com","password":"password123"}"#
        #expect(await service.send(.post, "/register", body).status == 201)
        #expect(await service.send(.post, "/register", body).status == 409)
        let told = try await service.database.read { context in
            try context.rows("SELECT kind, key, subscriber, payload FROM outbox") {
                [$0.text(0), $0.text(1), $0.text(2), $0.text(3)]
            }
        }
        let payload = #"{"user_id":3,"username":"carol","email":"carol@example.com"}"#
        #expect(told == [["user.registered", "3", "profile", payload]])
    }

    @Test func `an address alone is enough to register and to sign in`() async throws {
        let service = try await service()
        let body = #"{"email":"dave@example.com","password":"password123"}"#
        #expect(await service.send(.post, "/register", body).text("username") == "dave@example.com")
        #expect(await service.send(.post, "/login", body).status == 200)
    }

    @Test(
        arguments: [
            ("{}", ["username", "password"]), (#"{"username":"ab","password":"short"}"#, ["username", "password"]),
            (#"{"username":"a b c","email":"nowhere","password":"password123"}"#, ["email", "username"]),
            (#"{"username":"abc","password":12345678}"#, ["password"]),
            (#"{"email":"a@b","password":"password123"}"#, ["email"]),
        ] as [(String, [String])])
    func `a bad registration is refused with every bad field`(body: String, fields: [String]) async throws {
        let service = try await service()
        let answer = await service.send(.post, "/register", body)
        #expect(answer.status == 400)
        #expect(answer.badFields == fields)
    }

    @Test(
        arguments: [
            (#"{"username":"ALICE","password":"password123"}"#, "username"),
            (#"{"username":"alice@example.com","password":"password123"}"#, "username"),
            (#"{"username":"alice2","email":"Alice@Example.com","password":"password123"}"#, "email"),
        ])
    func `what is taken is refused`(body: String, field: String) async throws {
        let service = try await service()
        let answer = await service.send(.post, "/register", body)
        #expect(answer.status == 409)
        #expect(answer.badFields == [field])
    }

    @Test func `of many who want the same name one gets it`() async throws {
        let service = try await service()
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    await service.send(.post, "/register", #"{"username":"eve","password":"password123"}"#).status
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [201] + Array(repeating: 409, count: 7))
    }

    @Test(arguments: [
        #"{"username":"alice","password":"wrong"}"#, #"{"username":"nobody","password":"password123"}"#,
        #"{"username":"alice","password":""}"#, #"{"username":"' OR 1=1 --","password":"' OR 1=1 --"}"#,
    ])
    func `a wrong password and an unknown user are told the same`(body: String) async throws {
        let service = try await service()
        let answer = await service.send(.post, "/login", body)
        let expected = await service.send(.post, "/login", #"{"username":"alice","password":"wrong as well"}"#)
        #expect(answer.status == 401)
        #expect(answer.text == expected.text)
    }

    @Test(
        arguments: [
            ("grant_type=password&username=alice&password=password123", "application/x-www-form-urlencoded", 200),
            ("username=alice&password=password123", "application/x-www-form-urlencoded", 200),
            (#"{"username":"alice","password":"password123"}"#, "application/json", 200),
            (
                "grant_type=client_credentials&username=alice&password=password123",
                "application/x-www-form-urlencoded", 400
            ),
            ("grant_type=password&username=alice", "application/x-www-form-urlencoded", 400),
            ("<xml/>", "text/xml", 415),
        ])
    func `the token endpoint takes forms and JSON`(body: String, type: String, status: Int) async throws {
        let service = try await service()
        #expect(await service.send(.post, "/token", body, type: type).status == status)
    }

    @Test func `a refresh token is exchanged for the next, also at the token endpoint`() async throws {
        let service = try await service()
        let first = await service.send(.post, "/login", #"{"username":"alice","password":"password123"}"#)
        let second = await refresh(first.text("refresh_token"), at: service)
        #expect(second.status == 200)
        #expect(second.text("access_token") != first.text("access_token"))
        #expect(second.text("refresh_token") != first.text("refresh_token"))
        let form = "grant_type=refresh_token&refresh_token=\(second.text("refresh_token")!)"
        let third = await service.send(.post, "/token", form, type: "application/x-www-form-urlencoded")
        #expect(third.status == 200)
    }

    @Test func `using a refresh token twice ends its family, and no other`() async throws {
        let service = try await service()
        let login = #"{"username":"alice","password":"password123"}"#
        let first = await service.send(.post, "/login", login).text("refresh_token")
        let other = await service.send(.post, "/login", login).text("refresh_token")
        let second = await refresh(first, at: service).text("refresh_token")
        #expect(await refresh(first, at: service).status == 401)
        #expect(await refresh(second, at: service).status == 401)
        #expect(await refresh(other, at: service).status == 200)
    }

    @Test func `of many exchanges of one token at once none leaves a way on`() async throws {
        let service = try await service()
        let first = await service.send(.post, "/login", #"{"username":"bob","password":"password123"}"#).text(
            "refresh_token")
        let answers = await withTaskGroup(of: (Int, String?).self) { group in
            for _ in 0..<6 {
                group.addTask {
                    let answer = await refresh(first, at: service)
                    return (answer.status, answer.text("refresh_token"))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let renewed = answers.filter { $0.0 == 200 }
        #expect(renewed.count == 1)
        #expect(await refresh(renewed.first?.1, at: service).status == 401)
    }

    @Test func `a refresh token ends by itself after thirty days`() async throws {
        let service = try await service()
        let first = await service.send(.post, "/login", #"{"username":"bob","password":"password123"}"#).text(
            "refresh_token")
        service.clock.advance(RefreshTokenStore.lifetime)
        #expect(await refresh(first, at: service).status == 401)
        #expect(await refresh("unknown", at: service).status == 401)
        #expect(await service.send(.post, "/refresh", "{}").badFields == ["refresh_token"])
    }

    @Test func `guessing at one account is slowed down, and others are not`() async throws {
        let service = try await service()
        let guess = #"{"username":"alice","password":"guess"}"#
        for _ in 0..<10 { #expect(await service.send(.post, "/login", guess).status == 401) }
        let refused = await service.send(.post, "/login", #"{"username":"Alice","password":"password123"}"#)
        #expect(refused.status == 429)
        #expect(refused.field("retry-after") == "30")
        #expect(await service.send(.post, "/login", #"{"username":"bob","password":"password123"}"#).status == 200)
        service.clock.advance(30)
        #expect(await service.send(.post, "/login", #"{"username":"alice","password":"password123"}"#).status == 200)
        for _ in 0..<10 { #expect(await service.send(.post, "/login", guess).status == 401) }
    }

    @Test func `guessing from one address is slowed down, and its people can still sign in`() async throws {
        let service = try await service()
        func signIn(_ user: String, _ password: String, from address: String) async -> Answer {
            await service.send(
                .post, "/login", #"{"username":"\#(user)","password":"\#(password)"}"#,
                fields: [HeaderField("x-real-ip", address)])
        }
        for guess in 0..<99 {
            #expect(await signIn("user\(guess)", "password123", from: "2001:db8::\(guess)").status == 401)
        }
        for _ in 0..<5 { #expect(await signIn("alice", "password123", from: "2001:db8::a").status == 200) }
        #expect(await signIn("user99", "password123", from: "2001:db8::99").status == 401)
        let refused = await signIn("alice", "password123", from: "2001:db8::b")
        #expect(refused.status == 429)
        #expect(refused.field("retry-after") == "5")
        #expect(await signIn("alice", "password123", from: "2001:db8:0:1::").status == 200)
        #expect(await signIn("alice", "password123", from: "192.0.2.1").status == 200)
    }

    @Test func `two instances share one limit`() async throws {
        let first = try await service()
        let context = HandlerContext(
            database: first.database, logger: first.logger, work: BlockingWork(width: 1, limit: 9),
            tokens: TestService.tokens, now: { 1_800_000_000 })
        let second = try Service(AuthHandler(context, passwords: Self.cheap), context)
        let guess = #"{"username":"alice","password":"guess"}"#
        for _ in 0..<5 {
            #expect(await first.send(.post, "/login", guess).status == 401)
            let request = ServiceRequest(.post, "/login", body: Array(guess.utf8))
            #expect(await second.respond(to: request).status == 401)
        }
        #expect(await first.send(.post, "/login", guess).status == 429)
    }

    @Test func `a hash of old parameters is replaced when its owner signs in`() async throws {
        let service = try await service()
        let stronger = PasswordHasher(parameters: ScryptParameters(costExponent: 5, blockSize: 8, parallelism: 1)!)
        let users = UserStore(database: service.database)
        let old = try await users.find(account: "alice")!.passwordHash
        let context = HandlerContext(
            database: service.database, logger: service.logger, work: BlockingWork(width: 1, limit: 1),
            tokens: TestService.tokens, now: { 1_800_000_000 })
        let renewed = try Service(AuthHandler(context, passwords: stronger), context)
        let body = Array(#"{"username":"alice","password":"password123"}"#.utf8)
        #expect(await renewed.respond(to: ServiceRequest(.post, "/login", body: body)).status == 200)
        let new = try await users.find(account: "alice")!.passwordHash
        #expect(new != old && new.contains("ln=5"))
        #expect(await renewed.respond(to: ServiceRequest(.post, "/login", body: body)).status == 200)
    }
}
