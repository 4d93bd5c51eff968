import Bytes
import JWT
import Reactor
import Telemetry
import Testing

@testable import Gateway

/// Who may ask for what.
struct IdentityTests {
    private let jwt = #""jwt": {"shop": {"algorithms": ["HS256"], "secret": "\#(ConfigurationFixture.secret)"}},"#
    private let preflight =
        "OPTIONS /a HTTP/1.1\r\nhost: h\r\norigin: https://a.test\r\naccess-control-request-method: GET\r\n\r\n"

    @Test func `a preflight that the service answers passes without a token`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            try await peer.send("HTTP/1.1 204 No Content\r\naccess-control-allow-origin: https://a.test\r\n\r\n")
        }
        let configuration = """
            {\(jwt) "services": {"up": {"targets": "UPSTREAM", "health": "none"}},
             "routes": [{"name": "all", "match": "GET /**", "to": "up"}]}
            """
        try await withGateway(configuration, upstream: script) { gateway in
            let answer = try await gateway.ask(preflight)
            #expect(answer.status == 204)
            #expect(answer["access-control-allow-origin"] == "https://a.test")
            // What only looks like one does not.
            let other = try await gateway.ask("GET /a HTTP/1.1\r\nhost: h\r\norigin: https://a.test\r\n\r\n")
            #expect(other.status == 401)
        }
    }

    @Test func `a preflight that the gateway answers needs neither token nor service`() async throws {
        let rule = #", "cors": {"origins": ["https://a.test"], "maxAge": "10m"}"#
        try await withGateway(oneRoute(rule, root: jwt), upstream: { _, _ in }) { gateway in
            let answer = try await gateway.ask(preflight)
            #expect(answer.status == 204)
            #expect(answer["access-control-max-age"] == "600")
            #expect(gateway.upstream.connections == 0)
        }
    }

    @Test func `a proxy on this machine does not make everybody local`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            while (try? await peer.head()) != nil { try await peer.send("HTTP/1.1 404 N\r\ncontent-length: 0\r\n\r\n") }
        }
        try await withGateway(oneRoute(root: #""trustedProxies": ["127.0.0.0/8"],"#), upstream: script) { gateway in
            let request = "GET /metrics HTTP/1.1\r\nhost: h\r\n"
            let local = try await gateway.ask(request + "\r\n")
            let remote = try await gateway.ask(request + "x-forwarded-for: 192.0.2.1\r\n\r\n")
            #expect(local.status == 200)
            #expect(remote.status == 404)
        }
    }
}
