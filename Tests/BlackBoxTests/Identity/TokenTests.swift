import Foundation
import Testing

/// Who gets in, and what the others are told: RFC 6750, section 3; RFC 7519, section 4.1; RFC 8725.
@Suite struct TokenTests {
    let fixture: Fixture

    init() throws {
        fixture = try Fixture.shared()
    }

    var gateway: GatewayProcess { fixture.gateway }

    @Test func `a good token lets in, and its claims go upstream`() throws {
        let answer = try gateway.curl("/private/a", token: Token.good(subject: "alice"))
        #expect(answer.status == 200)
        let user = answer.json["fields"].array.first { $0[0].string?.lowercased() == "x-user-id" }
        #expect(user?[1].string == "alice")
    }

    @Test(arguments: ["/private/a", "/default-auth/a"])
    func `without a token it is 401 and a challenge without an error code`(target: String) throws {
        let answer = try gateway.curl(target)
        #expect(answer.status == 401)
        let challenge = try #require(answer["WWW-Authenticate"])
        #expect(challenge.hasPrefix("Bearer"))
        #expect(!challenge.contains("error"))
    }

    enum Flaw: String, CaseIterable, CustomTestStringConvertible {
        case expired, expiryMissing, notYetValid, issuedInTheFuture, otherIssuer, issuerMissing, otherAudience
        case audienceMissing, otherSecret, algorithmNone, algorithmNoneUnsigned, algorithmNotAllowed, unknownCritical
        case padded, tampered, twoSegments, fourSegments, empty, garbage, duplicateAlgorithm, expiryIsText, nestedArray

        var testDescription: String { rawValue }

        func token() throws -> String {
            let now = Int(Date().timeIntervalSince1970)
            func with(_ more: [String: Any]) throws -> String { try Token.good(more: more) }
            func without(_ key: String) throws -> String {
                var claims = Token.claims()
                claims[key] = nil
                return try Token.signed(claims)
            }
            let good = try Token.good()
            let parts = good.split(separator: ".").map(String.init)
            switch self {
            case .expired: return try with(["exp": now - 60])
            case .expiryMissing: return try without("exp")
            case .notYetValid: return try with(["nbf": now + 600])
            case .issuedInTheFuture: return try with(["iat": now + 600])
            case .otherIssuer: return try with(["iss": "evil"])
            case .issuerMissing: return try without("iss")
            case .otherAudience: return try with(["aud": "bank"])
            case .audienceMissing: return try without("aud")
            case .otherSecret: return try Token.signed(Token.claims(), secret: "another secret of a sufficient length")
            case .algorithmNone: return try Token.signed(Token.claims(), header: ["alg": "none"])
            case .algorithmNoneUnsigned:
                return Token.segment(Data(#"{"alg":"none"}"#.utf8)) + "." + parts[1] + "."
            case .algorithmNotAllowed: return try Token.signed(Token.claims(), header: ["alg": "HS512"])
            case .unknownCritical:
                return try Token.signed(Token.claims(), header: ["alg": "HS256", "crit": ["x"], "x": 1])
            case .padded: return good + "="
            case .tampered:
                let claims = try JSONSerialization.data(withJSONObject: Token.claims(subject: "admin"))
                return parts[0] + "." + Token.segment(claims) + "." + parts[2]
            case .twoSegments: return parts[0] + "." + parts[1]
            case .fourSegments: return good + "." + parts[2]
            case .empty: return ".."
            case .garbage: return "not-a-token"
            case .duplicateAlgorithm:
                let head = Token.segment(Data(#"{"alg":"HS256","alg":"none"}"#.utf8))
                return try head + "." + parts[1] + "."
                    + Token.segment(Token.hmac(head + "." + parts[1], secret: GatewayProcess.secret))
            case .expiryIsText: return try with(["exp": "\(now + 600)"])
            case .nestedArray: return try with(["aud": [["shop"]]])
            }
        }
    }

    @Test(arguments: Flaw.allCases)
    func `a flawed token is 401 invalid_token`(flaw: Flaw) throws {
        let answer = try gateway.curl("/private/a", token: flaw.token())
        #expect(answer.status == 401)
        let challenge = try #require(answer["WWW-Authenticate"])
        #expect(challenge.hasPrefix("Bearer "))
        #expect(challenge.contains(#"error="invalid_token""#))
    }

    @Test func `every flaw gets the same answer, so that nobody can feel their way`() throws {
        let bodies = try [Flaw.expired, .otherSecret, .algorithmNone, .garbage].map { flaw in
            let answer = try gateway.curl(
                "/private/a", token: flaw.token(), "--header", "X-Request-Id: same-for-all-flaws")
            return "\(answer["WWW-Authenticate"] ?? "") \(answer.reason ?? "") \(answer.text)"
        }
        #expect(Set(bodies).count == 1)
    }

    @Test func `several audiences may include ours`() throws {
        #expect(try gateway.curl("/private/a", token: Token.good(more: ["aud": ["bank", "shop"]])).status == 200)
    }

    @Test(arguments: ["Basic YWxpY2U6eA==", "Bearer", "bearer  ", "Token x"])
    func `another scheme, or none, is no token`(value: String) throws {
        #expect(try gateway.curl("/private/a", "--header", "Authorization: \(value)").status == 401)
    }

    @Test func `the scheme's name may be in any case, RFC 9110 11 1`() throws {
        let answer = try gateway.curl("/private/a", "--header", "Authorization: bEaReR \(Token.good())")
        #expect(answer.status == 200)
    }

    @Test func `two Authorization fields are refused`() throws {
        let token = try Token.good()
        let answer = try gateway.wire().exchange(
            "GET /private/a HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\nAuthorization: Bearer \(token)\r\n\r\n"
        )
        #expect([400, 401].contains(answer.status))
    }

    @Test func `a missing scope is 403 insufficient_scope`() throws {
        let answer = try gateway.curl("/scoped/a", token: Token.good(more: ["scope": "orders:write"]))
        #expect(answer.status == 403)
        let challenge = try #require(answer["WWW-Authenticate"])
        #expect(challenge.contains(#"error="insufficient_scope""#))
        #expect(challenge.contains("orders:read"))
        let good = try Token.good(more: ["scope": "orders:write orders:read"])
        #expect(try gateway.curl("/scoped/a", token: good).status == 200)
    }

    @Test func `a missing role is 403`() throws {
        #expect(try gateway.curl("/admins/a", token: Token.good(more: ["roles": ["customer"]])).status == 403)
        #expect(try gateway.curl("/admins/a", token: Token.good(more: ["roles": ["customer", "admin"]])).status == 200)
    }

    @Test func `optional lets in without a token, but not with a bad one`() throws {
        #expect(try gateway.curl("/optional/a").status == 200)
        #expect(try gateway.curl("/optional/a", token: Token.good()).status == 200)
        #expect(try gateway.curl("/optional/a", token: Flaw.expired.token()).status == 401)
    }

    @Test func `a token that expires stops working, though it was just seen`() throws {
        let now = Int(Date().timeIntervalSince1970)
        let token = try Token.good(more: ["exp": now + 2])
        #expect(try gateway.curl("/private/a", token: token).status == 200)
        #expect(try becomesTrue(within: 10) { try gateway.curl("/private/a", token: token).status == 401 })
    }

    @Test func `the reason is in the log, the token is not`() throws {
        let token = try Flaw.expired.token()
        let id = "token-\(UUID().uuidString)"
        _ = try gateway.curl("/private/a?access_token=\(token)", token: token, "--header", "X-Request-Id: \(id)")
        #expect(gateway.accessLogLine(requestID: id)?["reason"].exists == true)
        #expect(!gateway.logs.contains(token))
    }

    @Test func `gateway token mints what the gateway accepts`() throws {
        let minted = try gateway.command(
            "token", "--sub", "carol", "--role", "admin", "--scope", "orders:read", "--ttl", "5m")
        let token = minted.text.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(minted.status == 0, "\(minted.errors)")
        for target in ["/private/a", "/scoped/a", "/admins/a"] {
            #expect(try gateway.curl(target, token: token).status == 200, "\(target)")
        }
    }
}
