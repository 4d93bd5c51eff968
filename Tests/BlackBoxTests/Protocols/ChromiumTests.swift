import Foundation
import Testing

/// A browser, with a page that fetches, uploads, listens and talks at the same time: `Support/page.html`.
@Suite(.enabled(if: Places.chromium != nil && Places.hasPyPI, "Chromium or PyPI was out of reach"))
struct ChromiumTests {
    /// The hash of the public key in the gateway's certificate, as Chromium wants it.
    private func fingerprint(of gateway: GatewayProcess) throws -> String {
        let line = "openssl x509 -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary"
        let certificate = try Data(contentsOf: gateway.folder.file("certs/gateway.pem"))
        let digest = try Command.run("/bin/bash", ["-o", "pipefail", "-c", line], input: certificate)
        guard digest.status == 0, digest.output.count == 32 else { throw HarnessError(digest.errors) }
        return digest.output.base64EncodedString()
    }

    /// The page's document once it has loaded, which it has when its script is done.
    private func document(_ url: String, trusting fingerprint: String) throws -> String {
        let profile = try TemporaryFolder()
        let command = try Command.run(
            Places.chromium!,
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--no-proxy-server", "--disable-background-networking", "--user-data-dir=\(profile.path)",
                "--ignore-certificate-errors-spki-list=\(fingerprint)", "--timeout=50000", "--dump-dom", url,
            ], environment: ["HOME": profile.path], seconds: 90)
        guard command.status == 0 else { throw HarnessError("chromium: \(command.ending) \(command.errors)") }
        return command.text
    }

    @Test func `a page is loaded over HTTP 2 and all that it does works`() throws {
        let site = try Upstream.site()
        let (echo, echoPort) = try WebSocketPeer.server()
        defer { withExtendedLifetime(echo) {} }
        let open = try Fixture.shared().upstream
        let gateway = try GatewayProcess(
            Setup(
                services: """
                    {"site": {"targets": ["\(site.url)"]}, "open": {"targets": ["\(open.url)"]},
                        "echo": {"targets": ["http://127.0.0.1:\(echoPort)"], "health": "none"}}
                    """,
                routes: """
                    [
                        {"name": "site", "match": "/**", "to": "site", "auth": "none", "timeout": "1m"},
                        {"name": "open", "match": "/open/**", "to": "open", "auth": "none"},
                        {"name": "echo", "match": "/echo", "to": "echo", "auth": "none"}
                    ]
                    """))
        let document = try document("\(gateway.url)/page", trusting: fingerprint(of: gateway))
        let found = try #require(document.firstMatch(of: /<pre id="result">(.*)<\/pre>/), "\(document)")
        let result = JSON(String(found.1))
        #expect(result["page"].string == "h2")
        #expect(result["protocols"].array.map(\.string) == ["h2"])
        #expect(result["together"].array.map(\.int) == Array(repeating: 20, count: 20))
        #expect(result["items"].int == (0..<50).reduce(0, +))
        #expect(result["upload"].int == 1 << 20)
        #expect(result["events"].array.map(\.string) == ["one", "two", "three"])
        #expect(result["socket"]["seen"].description == JSON(#"["text", 70000]"#).description)
        #expect(result["socket"]["code"].int == 1000)
        #expect(result["socket"]["wasClean"].bool == true)
    }
}
