import Bytes
import JWT
import Testing

@testable import Commands

@Suite struct TokenTests {
    private func verify(_ output: String, at now: Int64 = Fixture.now, secret: String = Fixture.secret) throws
        -> Principal
    {
        #expect(output.hasSuffix("\n"))
        let token = Array(output.dropLast().utf8)
        let configuration = VerifierConfiguration(
            issuer: "shop", audiences: ["shop"], algorithms: [.hs256], leeway: 0,
            keys: try KeySet(secret: Array(secret.utf8).span))
        return try TokenVerifier(configuration).verify(token.span, at: now)
    }

    @Test func `a minted token is one that the gateway accepts`() throws {
        let outcome = Fixture.run(
            "token", "--sub", "alice", "--role", "admin", "--role", "clerk", "--scope", "orders:read", "--ttl", "15m")
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors.isEmpty)
        let principal = try verify(outcome.output)
        #expect(principal.subject == Array("alice".utf8))
        #expect(principal.expiry == Fixture.now + 900)
        #expect(principal.hasAnyRole([Array("admin".utf8)]) && principal.hasAnyRole([Array("clerk".utf8)]))
        #expect(principal.hasScopes([Array("orders:read".utf8)]))
        #expect(throws: JWTError.expired) { try verify(outcome.output, at: Fixture.now + 900) }
    }

    @Test func `the profile can be named`() throws {
        let other = "another secret, of the second profile, 48 bytes!!"
        let text = Fixture.routes.replacing(
            #"{"jwt": {"#, with: #"{"jwt": {"first": {"algorithms": ["HS256"], "secret": "\#(other)"}, "#)
        let files = ["routes.json": text]
        _ = try verify(Fixture.run("token", "--sub", "a", "--profile", "shop", files: files).output)
        let first = Fixture.run("token", "--sub", "a", files: files).output
        #expect(throws: JWTError.invalidSignature) { try verify(first) }
    }

    @Test func `an unknown profile is told`() {
        let outcome = Fixture.run("token", "--sub", "a", "--profile", "shp")
        #expect(outcome.exitCode == 1)
        #expect(outcome.errors.contains("unknown token profile \"shp\"; the file has shop"))
    }

    @Test func `a profile with public keys mints nothing`() {
        let text = Fixture.routes.replacing(#"["HS256"]"#, with: #"["ES256"]"#)
            .replacing(#""secret": "file:jwt.secret""#, with: #""publicKey": "file:key.pem""#)
        let outcome = Fixture.run("token", "--sub", "a", files: ["routes.json": text, "key.pem": "PEM\n"])
        #expect(outcome.exitCode == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("jwt.shop has public keys only"), "\(outcome.errors)")
    }

    @Test(arguments: [("1s", 1), ("90s", 90), ("15m", 900), ("1h", 3600), ("365d", 31_536_000)])
    func `lifetimes have units`(text: String, seconds: Int64) {
        #expect(TokenLifetime(text)?.seconds == seconds)
    }

    @Test(arguments: [
        "", "h", "1", "0s", "-1h", "+1h", "1.5h", "366d", "1w", "99999999999999999999h", "9223372036854775807d",
    ])
    func `what is no lifetime is told`(text: String) {
        #expect(TokenLifetime(text) == nil)
        let outcome = Fixture.run("token", "--sub", "a", "--ttl=\(text)")
        #expect(outcome.exitCode == 2)
        #expect(outcome.errors.contains("--ttl must be"))
    }
}
