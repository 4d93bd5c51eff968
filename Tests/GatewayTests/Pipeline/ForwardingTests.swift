import Bytes
import Reactor
import Telemetry
import Testing

@testable import Gateway

/// What services and clients get of each other's fields.
struct ForwardingTests {
    /// Answers with what came, as the body.
    private let mirror: ScriptedUpstream.Script = { peer, _ in
        while let request = try? await peer.text(through: "\r\n\r\n") {
            try await peer.send("HTTP/1.1 200 OK\r\ncontent-length: \(request.utf8.count)\r\n\r\n\(request)")
        }
    }

    private func mirrored(_ request: String, root: String = "") async throws -> Message {
        try await onGateway(oneRoute(root: root), mirror) { Message(try await $0.ask(request).body) }
    }

    private func onGateway(
        _ configuration: String, _ script: @escaping ScriptedUpstream.Script,
        _ body: @escaping @Sendable (TestGateway) async throws -> Message
    ) async throws -> Message {
        let result = Lock<Message?>(nil)
        try await withGateway(configuration, upstream: script) { gateway in
            let message = try await body(gateway)
            result.withLock { $0 = message }
        }
        return try #require(result.withLock { $0 })
    }

    @Test func `an untrusted peer's forwarding fields are replaced`() async throws {
        let request = try await mirrored(
            """
            GET /a HTTP/1.1\r\nhost: h:1\r\nforwarded: for=6.6.6.6\r\nx-forwarded-for: 6.6.6.6\r\n\
            x-forwarded-host: evil\r\nx-forwarded-proto: ftp\r\nx-real-ip: 6.6.6.6\r\n\r\n
            """)
        #expect(request["forwarded"] == #"for=127.0.0.1;host="h:1";proto=http"#)
        #expect(request["x-forwarded-for"] == "127.0.0.1")
        #expect(request["x-forwarded-host"] == "h:1")
        #expect(request["x-forwarded-proto"] == "http")
        #expect(request["x-real-ip"] == "127.0.0.1")
    }

    @Test func `a trusted peer's forwarding fields are appended to`() async throws {
        let request = try await mirrored(
            """
            GET /a HTTP/1.1\r\nhost: h\r\nforwarded: for=6.6.6.6\r\nx-forwarded-for: 6.6.6.6\r\n\
            x-forwarded-proto: https\r\n\r\n
            """, root: #""trustedProxies": ["127.0.0.0/8"],"#)
        #expect(request["forwarded"] == #"for=6.6.6.6, for=127.0.0.1;host="h";proto=http"#)
        #expect(request["x-forwarded-for"] == "6.6.6.6, 127.0.0.1")
        #expect(request["x-forwarded-proto"] == "https")
        #expect(request["x-real-ip"] == "6.6.6.6")
    }

    @Test func `fields of one hop and look-alikes are dropped, ours cannot be named away`() async throws {
        let request = try await mirrored(
            """
            GET /a HTTP/1.1\r\nhost: h\r\nconnection: x-own, x-request-id, x-forwarded-for\r\nx-own: 1\r\n\
            x_real_ip: 6.6.6.6\r\nx.forwarded.for: 6.6.6.6\r\nte: trailers\r\nx-kept: 1\r\n\r\n
            """)
        #expect(request["x-own"] == nil)
        #expect(request["connection"] == nil)
        #expect(request["te"] == nil)
        #expect(request["x_real_ip"] == nil)
        #expect(request["x.forwarded.for"] == nil)
        #expect(request["x-kept"] == "1")
        #expect(request["x-request-id"] != nil)
        #expect(request["x-forwarded-for"] == "127.0.0.1")
    }

    @Test func `trailers cannot say what headers cannot`() async throws {
        let jwt = #""jwt": {"shop": {"algorithms": ["HS256"], "secret": "\#(ConfigurationFixture.secret)"}},"#
        let auth = #", "auth": {"mode": "optional", "jwt": "shop", "claims": {"sub": "X-User-Id"}}"#
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            let body = try await peer.text(through: "\r\n\r\n")
            try await peer.send("HTTP/1.1 200 OK\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)")
        }
        let answer = try await onGateway(oneRoute(auth, root: jwt), script) { gateway in
            let client = try await gateway.connect()
            try await client.send("POST /a HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n")
            try await gateway.loop.until("the request") { gateway.upstream.connections == 1 }
            try await client.send(
                "1\r\nx\r\n0\r\nX-User-Id: root\r\nX_User_Id: root\r\nX-Forwarded-For: 6\r\nX-Sum: 1\r\n\r\n")
            return try await client.message()
        }
        #expect(answer.body.contains("X-Sum: 1"))
        #expect(!answer.body.contains("root"))
        #expect(!answer.body.contains("X-Forwarded-For"))
    }

    @Test func `fields of one hop in an informational response end here`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            try await peer.send("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\nconnection: x-own\r\nx-own: 1\r\n\r\n")
            try await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        }
        let hints = try await onGateway(oneRoute(), script) { gateway in
            try await gateway.ask("GET /a HTTP/1.1\r\nhost: h\r\n\r\n")
        }
        #expect(hints.status == 103)
        #expect(hints["link"] == "</a>")
        #expect(hints["connection"] == nil)
        #expect(hints["x-own"] == nil)
    }

    @Test func `a request that comes round again is refused`() async throws {
        let answer = try await onGateway(oneRoute(), mirror) { gateway in
            try await gateway.ask("GET /a HTTP/1.1\r\nhost: h\r\nvia: 1.1 other, 1.1 gateway-test\r\n\r\n")
        }
        #expect(answer.status == 508)
    }

    @Test func `what a service says of its own limits does not contradict ours`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            try await peer.send("HTTP/1.1 200 OK\r\nx-ratelimit-limit: 7\r\ncontent-length: 0\r\n\r\n")
        }
        let answer = try await onGateway(oneRoute(#", "rateLimit": "2/s per ip burst 3""#), script) { gateway in
            try await gateway.ask("GET /a HTTP/1.1\r\nhost: h\r\n\r\n")
        }
        #expect(answer["x-ratelimit-limit"] == "3")
        #expect(answer["x-ratelimit-remaining"] == "2")
    }

    @Test(arguments: [("https://a.test", "https://a.test"), ("https://b.test", nil), (nil, nil)])
    func `answers of a route for some origins are kept apart`(origin: String?, allowed: String?) async throws {
        let field = origin.map { "origin: \($0)\r\n" } ?? ""
        let rule = #", "cors": {"origins": ["https://a.test"]}"#
        let answer = try await onGateway(oneRoute(rule), mirror) { gateway in
            try await gateway.ask("GET /a HTTP/1.1\r\nhost: h\r\n\(field)\r\n")
        }
        #expect(answer["vary"] == "Origin")
        #expect(answer["access-control-allow-origin"] == allowed)
    }
}
