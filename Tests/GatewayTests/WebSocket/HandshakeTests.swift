import Reactor
import Telemetry
import Testing

@testable import Gateway

/// Who may open a WebSocket, and what answers those who may not.
@Suite struct HandshakeTests {
    private static let unasked: ScriptedUpstream.Script = { peer, _ in
        Issue.record("the service was asked")
        peer.close()
    }

    private func expectRefusal(
        _ configuration: String, _ request: String, _ status: Int, _ reason: String
    ) async throws -> Message {
        let answer = Lock<Message?>(nil)
        try await withGateway(configuration, upstream: Self.unasked) { gateway in
            let message = try await gateway.ask(request)
            answer.withLock { $0 = message }
            #expect(try gateway.accessLines()[0]["reason"] as? String == reason)
        }
        let message = try #require(answer.withLock { $0 })
        #expect(message.status == status)
        #expect(message["x-gateway-error"] == reason)
        return message
    }

    @Test func `a route that takes no WebSockets says so`() async throws {
        _ = try await expectRefusal(
            oneRoute(#", "websocket": false"#), WebSocketRequest.text, 403, "websocket_forbidden")
    }

    @Test(arguments: [#", "websocket": "https://shop.test""#, #", "cors": "https://shop.test""#])
    func `attack, cross-site hijacking: a page of another origin is refused (RFC 6455 section 10-2)`(
        rule: String
    ) async throws {
        let request = WebSocketRequest.text.replacing("host: h", with: "host: h\r\norigin: https://evil.test")
        _ = try await expectRefusal(oneRoute(rule), request, 403, "cors_forbidden")
        let script: ScriptedUpstream.Script = { peer, _ in
            let request = try await peer.acceptWebSocket()
            #expect(request["origin"] == "https://shop.test")
            _ = try await peer.rest()
        }
        try await withGateway(oneRoute(rule), upstream: script) { gateway in
            let client = try await gateway.openWebSocket(
                WebSocketRequest.text.replacing("host: h", with: "host: h\r\norigin: https://shop.test"))
            client.close()
        }
    }

    @Test func `another version than 13 is answered with 426 (RFC 6455 section 4-4)`() async throws {
        let request = WebSocketRequest.text.replacing("version: 13", with: "version: 8")
        let answer = try await expectRefusal(oneRoute(), request, 426, "websocket_version")
        #expect(answer["sec-websocket-version"] == "13")
        // RFC 9110, section 15.5.22.
        #expect(answer["upgrade"] == "websocket" && answer["connection"]?.contains("Upgrade") == true)
    }

    @Test(arguments: [
        WebSocketRequest.text.replacing("GET", with: "POST"),
        WebSocketRequest.text.replacing("key: dGhl", with: "key: dGhldGhl"),
        WebSocketRequest.text.replacing("host: h", with: "host: h\r\ncontent-length: 5"),
        WebSocketRequest.text.replacing("host: h", with: "host: h\r\ntransfer-encoding: chunked"),
    ])
    func `a handshake that is wrong is answered with 400 (RFC 6455 section 4-2-1)`(request: String) async throws {
        _ = try await expectRefusal(oneRoute(), request, 400, "websocket_handshake")
    }

    @Test func `a WebSocket needs what any request of its route needs`() async throws {
        let jwt = #""jwt": {"shop": {"algorithms": ["HS256"], "secret": "0123456789abcdef0123456789abcdef"}},"#
        _ = try await expectRefusal(oneRoute(root: jwt), WebSocketRequest.text, 401, "token_missing")
        let post = oneRoute().replacing(#""/**""#, with: #""POST /**""#)
        _ = try await expectRefusal(post, WebSocketRequest.text, 405, "method_not_allowed")
    }

    @Test func `a service that declines is heard, and the connection ends`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            try await peer.send("HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno")
            _ = try await peer.rest()
        }
        try await withGateway(oneRoute(#", "retries": 0"#), upstream: script) { gateway in
            let client = try await gateway.connect()
            try await client.send(WebSocketRequest.text)
            let answer = try await client.message()
            #expect(answer.status == 403 && answer.body == "no")
            #expect(answer["connection"] == "close")
            #expect(try await client.rest() == "")
            #expect(gateway.core.metrics.webSocketsOpened.value == 0)
        }
    }

    @Test func `an endpoint that fails before it has agreed is asked once more`() async throws {
        let script: ScriptedUpstream.Script = { peer, number in
            guard number > 0 else { return peer.reset() }
            try await peer.acceptWebSocket()
            try await peer.echo()
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.openWebSocket()
            try await client.send(.text("hello", isMasked: true))
            #expect(try await client.frame().text == "hello")
            client.close()
        }
    }
}
