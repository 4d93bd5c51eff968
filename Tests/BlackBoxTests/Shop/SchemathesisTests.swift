import Foundation
import Testing

/// Schemathesis asks every documented operation of every service for what its document allows, and for what it does not.
/// No answer may be a failure of ours, or one that the document does not have.
@Suite(.serialized, .enabled(if: Places.hasPyPI)) struct SchemathesisTests {
    /// What no route leads to: services ask each other there.
    private static let inside = "^/(reservations|validate)"

    static let site = Result<ShopGateway, any Error> { try ShopGateway.unlimited() }

    @Test(arguments: ["auth", "customers", "profile", "products", "inventory", "cart", "orders", "support"])
    func `a service answers as its document says`(service: String) throws {
        let gateway = try Self.site.get().gateway
        let document = gateway.folder.file("\(service).json")
        let fetched = try Command.run(
            Places.curl,
            [
                "--silent", "--fail", "--unix-socket", gateway.folder.file("var/run/internal.sock").path, "--output",
                document.path, "http://\(service).internal/openapi.json",
            ])
        #expect(fetched.status == 0, "\(fetched.ending)")
        let python = try #require(Places.venvPython)
        // Not from a sign-in: one of the operations ends the session.
        let token = try Token.signed(
            Token.claims(subject: "1", more: ["roles": ["customer"], "jti": "schemathesis-\(service)"]),
            secret: String(repeating: "0123456789abcdef", count: 4))
        let run = try Command.run(
            python,
            [
                "-m", "schemathesis.cli", "run", document.path, "--url", gateway.url, "--exclude-path-regex",
                Self.inside, "--tls-verify", gateway.authority.path, "--header", "Authorization: Bearer \(token)",
                "--checks",
                "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
                "--phases", "fuzzing", "--max-examples", "8", "--seed", "1",
                "--generation-database", "none", "--suppress-health-check", "all", "--no-color",
                "--warnings", "off", "--no-shrink",
            ], folder: gateway.folder.path, environment: ["no_proxy": "*", "SSL_CERT_FILE": gateway.authority.path],
            seconds: 60)
        #expect(run.status == 0, "\(run.text.suffix(6000))\(run.errors.suffix(2000))")
        // It did ask something.
        #expect(run.text.contains(/[1-9]\d* (test cases?|generated)/), "\(run.text.suffix(2000))")
    }
}
