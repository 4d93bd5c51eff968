import Foundation
import Testing

/// What a client's fields become on their way upstream, and an upstream's on their way back: RFC 9110, section 7.6.
@Suite struct ForwardingTests {
    let fixture: Fixture

    init() throws {
        fixture = try Fixture.shared()
    }

    var gateway: GatewayProcess { fixture.gateway }

    /// The values of a field as the upstream received them.
    private func received(_ name: String, in answer: Answer) -> [String] {
        answer.json["fields"].array.filter { $0[0].string?.lowercased() == name.lowercased() }.compactMap {
            $0[1].string
        }
    }

    private func send(_ fields: String..., target: String = "/open/a") throws -> Answer {
        let text = fields.map { $0 + "\r\n" }.joined()
        return try gateway.wire().exchange("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\(text)\r\n")
    }

    @Test func `the client's Host passes on`() throws {
        let answer = try gateway.curl("/open/a", "--header", "Host: shop.test")
        #expect(received("Host", in: answer) == ["shop.test"])
    }

    @Test func `the client's address and scheme are told`() throws {
        let answer = try send()
        #expect(received("X-Forwarded-For", in: answer) == ["127.0.0.1"])
        #expect(received("X-Forwarded-Proto", in: answer) == ["https"])
        #expect(received("X-Forwarded-Host", in: answer).allSatisfy { $0.hasPrefix("localhost") })
    }

    @Test(
        arguments: [
            "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: spoofed", "X-Forwarded-Host: evil.test",
            "X-Real-IP: 6.6.6.6",
            "Forwarded: for=6.6.6.6", "X-Forwarded-Port: 6666", "x-forwarded-for: 6.6.6.6",
        ])
    func `an untrusted peer's forwarding fields are replaced`(field: String) throws {
        let answer = try send(field)
        let value = field.split(separator: ": ")[1]
        #expect(!received(String(field.split(separator: ":")[0]), in: answer).contains { $0.contains(value) })
    }

    @Test(arguments: ["X-User-Id: admin", "x-user-id: admin", "X_User_Id: admin", "X.User.Id: admin"])
    func `a field that the gateway sets cannot come from a client`(field: String) throws {
        let answer = try send(
            field, "Authorization: Bearer \(Token.good(subject: "alice"))", target: "/private/a")
        #expect(received("X-User-Id", in: answer) == ["alice"])
        #expect(!answer.text.contains("admin"))
    }

    @Test func `and not on routes that let anybody in, either`() throws {
        #expect(received("X-User-Id", in: try send("X-User-Id: admin")).isEmpty)
        #expect(received("X-User-Id", in: try send("X-User-Id: admin", target: "/optional/a")).isEmpty)
    }

    @Test(
        arguments: [
            "Connection: keep-alive", "Keep-Alive: timeout=5", "Proxy-Connection: keep-alive", "Upgrade: websocket",
            "Proxy-Authorization: Basic eDp5", "TE: trailers",
        ])
    func `hop-by-hop fields end here`(field: String) throws {
        let answer = try send(field)
        let name = String(field.split(separator: ":")[0])
        let allowed = name == "Connection" || name == "TE"
        #expect(allowed || received(name, in: answer).isEmpty)
    }

    @Test func `fields that Connection names end here, but not those that the gateway owns`() throws {
        let answer = try send("Connection: close, X-Hop, X-Forwarded-For, Host", "X-Hop: 1")
        #expect(answer.status == 200)
        #expect(received("X-Hop", in: answer).isEmpty)
        #expect(received("X-Forwarded-For", in: answer) == ["127.0.0.1"])
        #expect(received("Host", in: answer).count == 1)
    }

    @Test func `Connection cannot name away who the client is`() throws {
        let answer = try send(
            "Connection: close, X-User-Id", "Authorization: Bearer \(Token.good(subject: "alice"))",
            target: "/private/a")
        #expect(received("X-User-Id", in: answer) == ["alice"])
    }

    @Test func `names with an underscore or a dot are dropped`() throws {
        let answer = try send("X_Under: 1", "X.Dot: 1", "X-Dash: 1")
        #expect(received("X_Under", in: answer).isEmpty)
        #expect(received("X.Dot", in: answer).isEmpty)
        #expect(received("X-Dash", in: answer) == ["1"])
    }

    @Test func `other fields pass as they are, repeated ones too`() throws {
        let answer = try send("Accept: text/html;q=0.9", "Cookie: a=b; c=d", "X-Many: 1", "X-Many: 2")
        #expect(received("Accept", in: answer) == ["text/html;q=0.9"])
        #expect(received("Cookie", in: answer) == ["a=b; c=d"])
        #expect(received("X-Many", in: answer).joined(separator: ", ") == "1, 2")
    }

    @Test func `Via is added in both directions`() throws {
        let answer = try send()
        #expect(received("Via", in: answer).contains { $0.hasPrefix("1.1 ") })
        #expect(answer["Via"]?.hasPrefix("1.1 ") == true)
    }

    @Test func `a request that has been here before is 508`() throws {
        let via = try #require(try received("Via", in: send()).first)
        #expect(try send("Via: \(via)").status == 508)
    }

    @Test func `a good request id is kept, in both directions`() throws {
        let answer = try send("X-Request-Id: order-7.retry_1")
        #expect(received("X-Request-Id", in: answer) == ["order-7.retry_1"])
        #expect(answer["X-Request-Id"] == "order-7.retry_1")
    }

    @Test(arguments: [
        "", "X-Request-Id: a b", "X-Request-Id: {\"x\"}", "X-Request-Id: \(String(repeating: "a", count: 300))",
    ])
    func `otherwise one is made`(field: String) throws {
        let answer = try field.isEmpty ? send() : send(field)
        let id = try #require(answer["X-Request-Id"])
        #expect(id.count >= 16)
        #expect(!field.hasSuffix(id))
        #expect(received("X-Request-Id", in: answer) == [id])
    }

    @Test func `a good traceparent keeps its trace and gets a new span`() throws {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        let answer = try send("traceparent: 00-\(trace)-00f067aa0ba902b7-01", "tracestate: a=b")
        let parts = received("traceparent", in: answer).first?.split(separator: "-").map(String.init) ?? []
        #expect(parts.count == 4)
        #expect(parts.dropFirst().first == trace)
        #expect(received("tracestate", in: answer) == ["a=b"])
    }

    @Test(
        arguments: [
            "", "traceparent: 00-00000000000000000000000000000000-00f067aa0ba902b7-01", "traceparent: nonsense",
            "traceparent: ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ])
    func `otherwise a trace begins here`(field: String) throws {
        let answer = try field.isEmpty ? send() : send(field)
        let parent = try #require(received("traceparent", in: answer).first)
        #expect(parent.wholeMatch(of: /00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/) != nil)
        #expect(!parent.contains("00000000000000000000000000000000"))
        #expect(!field.contains(parent.split(separator: "-")[1]))
    }

    @Test func `an upstream's hop-by-hop fields end here, the others reach the client`() throws {
        let answer = try gateway.curl(
            "/open/a?field=X-Kept:1%7CKeep-Alive:timeout%3D1%7CConnection:X-Hop%7CX-Hop:1%7CSet-Cookie:a=1%7CSet-Cookie:b=2"
        )
        #expect(answer["X-Kept"] == "1")
        #expect(answer["Keep-Alive"] == nil)
        #expect(answer["X-Hop"] == nil)
        #expect(answer.values(of: "Set-Cookie") == ["a=1", "b=2"])
    }

    @Test func `a trusted proxy's report of the client is believed`() throws {
        let upstream = try Upstream()
        var setup = Setup.forwarding(
            to: upstream, routes: #"[{"name": "all", "match": "/**", "to": "up", "auth": "none"}]"#)
        setup.extra["trustedProxies"] = #"["127.0.0.0/8"]"#
        let gateway = try GatewayProcess(setup)
        let answer = try gateway.curl(
            "/a", "--header", "X-Forwarded-For: 192.0.2.7", "--header", "X-Forwarded-Proto: https", "--header",
            "X-Request-Id: trusted-1")
        #expect(received("X-Forwarded-For", in: answer).joined(separator: ", ") == "192.0.2.7, 127.0.0.1")
        #expect(gateway.accessLogLine(requestID: "trusted-1")?["clientIp"].string == "192.0.2.7")
    }
}
