import Reactor
import Testing

@testable import Gateway

/// Requests between services take the same way as those of clients, to the service that their host names.
struct InternalEntranceTests {
    /// Answers with what it was asked.
    private let echo: ScriptedUpstream.Script = { peer, _ in
        while let head = try? await peer.text(through: "\r\n\r\n") {
            let line = head.prefix { $0 != "\r\n" }
            try await peer.send("HTTP/1.1 200 OK\r\ncontent-length: \(line.utf8.count)\r\n\r\n\(line)")
        }
    }

    /// A file with everything that keeps strangers out, and a route that takes nothing.
    private static let strict = """
        {"listen": {"internal": "127.0.0.1:0"},
         "jwt": {"shop": {"algorithms": ["HS256"], "secret": "0123456789abcdef0123456789abcdef"}},
         "defaults": {"rateLimit": "1/h per ip burst 1", "cors": "https://shop.test"},
         "services": {"up": {"targets": "UPSTREAM", "health": "none"}},
         "routes": [{"name": "a", "match": "GET /never", "to": "up"}]}
        """

    @Test(arguments: ["up.internal", "UP.Internal", "up.internal:9902", "up.internal."])
    func `the host names the service, and no rule for strangers holds`(host: String) async throws {
        try await withGateway(Self.strict, entrance: .internal, upstream: echo) { gateway in
            for _ in 0..<3 {
                let answer = try await gateway.ask(
                    "PATCH /a%2Fb?c=d HTTP/1.1\r\nhost: \(host)\r\ncontent-length: 0\r\n\r\n")
                #expect(answer.status == 200)
                #expect(answer.body == "PATCH /a%2Fb?c=d HTTP/1.1")
            }
            let line = try #require(try gateway.accessLines().last)
            #expect(line["route"] as? String == "internal")
            #expect(line["service"] as? String == "up")
        }
    }

    @Test(arguments: ["/health", "/metrics", "/", "/never"])
    func `every path is the service's`(path: String) async throws {
        try await withGateway(Self.strict, entrance: .internal, upstream: echo) { gateway in
            let answer = try await gateway.ask("GET \(path) HTTP/1.1\r\nhost: up.internal\r\n\r\n")
            #expect(answer.body == "GET \(path) HTTP/1.1")
        }
    }

    @Test(arguments: [
        "other.internal", "up", "up.internal.evil.test", "a.up.internal", "localhost", "127.0.0.1", "internal",
    ])
    func `every other host is nobody`(host: String) async throws {
        try await withGateway(Self.strict, entrance: .internal, upstream: echo) { gateway in
            let answer = try await gateway.ask("GET /a HTTP/1.1\r\nhost: \(host)\r\n\r\n")
            #expect(answer.status == 404)
            #expect(answer.body.contains("route_not_found"))
            #expect(gateway.upstream.connections == 0)
        }
    }

    @Test func `a preflight is the service's affair`() async throws {
        try await withGateway(Self.strict, entrance: .internal, upstream: echo) { gateway in
            let answer = try await gateway.ask(
                "OPTIONS /a HTTP/1.1\r\nhost: up.internal\r\norigin: https://shop.test\r\naccess-control-request-method: PUT\r\n\r\n"
            )
            #expect(answer.body == "OPTIONS /a HTTP/1.1")
        }
    }

    @Test func `clients do not reach a service by its internal host`() async throws {
        try await withGateway(Self.strict, upstream: echo) { gateway in
            let answer = try await gateway.ask("GET /a HTTP/1.1\r\nhost: up.internal\r\n\r\n")
            #expect(answer.status == 404)
            // A route that takes the path asks for a token as ever.
            let other = try await gateway.ask("GET /never HTTP/1.1\r\nhost: up.internal\r\n\r\n")
            #expect(other.status == 401)
            #expect(gateway.upstream.connections == 0)
        }
    }

    @Test func `it is counted as a route of its own`() async throws {
        try await withGateway(Self.strict, entrance: .internal, upstream: echo) { gateway in
            _ = try await gateway.ask("GET /a HTTP/1.1\r\nhost: up.internal\r\n\r\n")
            let metrics = gateway.core.metrics.registryText
            #expect(
                metrics.contains(#"gateway_requests_total{route="internal",service="up",method="GET",code="200"} 1"#))
        }
    }

    @Test func `a reload that turns it off leaves nobody to ask`() async throws {
        try await withGateway(Self.strict, entrance: .internal, upstream: echo) { gateway in
            let client = try await gateway.connect()
            defer { client.close() }
            try await client.send("GET /a HTTP/1.1\r\nhost: up.internal\r\n\r\n")
            #expect(try await client.message().status == 200)
            try gateway.reload(Self.strict.replacing(#""internal": "127.0.0.1:0""#, with: #""internal": "off""#))
            try await client.send("GET /a HTTP/1.1\r\nhost: up.internal\r\n\r\n")
            #expect(try await client.message().status == 404)
        }
    }

    @Test func `no job of it comes from another thread`() async throws {
        try await withGateway(Self.strict, entrance: .internal, upstream: echo) { gateway in
            let client = try await gateway.connect()
            defer { client.close() }
            let before = gateway.loop.foreignJobs
            for _ in 0..<50 {
                try await client.send("GET /a HTTP/1.1\r\nhost: up.internal\r\n\r\n")
                #expect(try await client.message().status == 200)
            }
            #expect(gateway.loop.foreignJobs == before)
            #expect(gateway.upstream.connections == 1)
        }
    }
}
