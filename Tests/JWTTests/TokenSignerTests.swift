import Bytes
import JWT
import Testing

@Suite struct TokenSignerTests {
    @Test func `the claims are written as they are read`() throws {
        var claims = TokenClaims(subject: "al\"ice\\\n", expiry: now + 600)
        claims.issuer = "shop"
        claims.audiences = ["shop", "admin"]
        claims.notBefore = now
        claims.issuedAt = now
        claims.tokenID = "1"
        claims.scopes = ["orders:read", "orders:write"]
        claims.roles = ["customer"]
        claims.additional = [
            ("name", .string("Alïce")), ("age", .integer(-7)), ("vip", .boolean(true)), ("tags", .strings(["a", "b"])),
        ]
        let token = try TokenSigner(secret: secret).sign(claims)
        let verifier = try makeVerifier(issuer: "shop", audiences: ["admin"])
        let principal = try verifier.verify(token.span, at: now)
        #expect(principal.subject == "al\"ice\\\n".bytes)
        #expect(principal.tokenID == "1".bytes)
        #expect(principal.hasScopes(["orders:read".bytes, "orders:write".bytes]))
        #expect(principal.hasAnyRole(["customer".bytes]))
        #expect(principal.text("name") == "Alïce")
        #expect(principal.text("age") == "-7")
        #expect(principal.text("vip") == "true")
        #expect(principal.text("tags") == "a,b")
        #expect(principal.text("iat") == "\(now)")
    }

    @Test func `header and payload are compact JSON`() throws {
        var claims = TokenClaims(subject: "a", expiry: 5)
        claims.audiences = ["x"]
        let token = try TokenSigner(secret: secret, id: "k").sign(claims)
        let parts = token.split(separator: UInt8(ascii: ".")).map { Base64URL.decode(Array($0).span) }
        #expect(parts[0] == #"{"alg":"HS256","typ":"JWT","kid":"k"}"#.bytes)
        #expect(parts[1] == #"{"sub":"a","aud":"x","exp":5}"#.bytes)
        #expect(parts[2]?.count == 32)
    }
}
