import Reactor
import Testing

@testable import Gateway

/// Upgrade smuggling: making one party believe in a tunnel that another does not know of, so that requests pass it unseen.
///
/// "What's wrong with WebSocket APIs? Unveiling vulnerabilities in WebSocket APIs", M. Egorov, 2019;
/// "h2c Smuggling: Request Smuggling Via HTTP/2 Cleartext", J. Miller, 2020.
@Suite struct UpgradeSmugglingTests {
    private static let hidden = "GET /hidden HTTP/1.1\r\nhost: h\r\n\r\n"

    /// An upstream that notes every request line that it gets, and answers each head with `answer`.
    private func upstream(_ lines: Lock<[String]>, answer: String) -> ScriptedUpstream.Script {
        { peer, _ in
            while true {
                let line = try await peer.head().start
                lines.withLock { $0.append(line) }
                try await peer.send(answer)
            }
        }
    }

    @Test(arguments: [
        "HTTP/1.1 426 Upgrade Required\r\nsec-websocket-version: 13\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n",
    ])
    func `what follows a handshake that was declined is neither a request nor passed on`(answer: String) async throws {
        let lines = Lock<[String]>([])
        try await withGateway(oneRoute(), upstream: upstream(lines, answer: answer)) { gateway in
            let client = try await gateway.connect()
            try await client.send(WebSocketRequest.text + Self.hidden)
            let head = try await client.message()
            #expect(head.start == String(answer.prefix { $0 != "\r\n" }))
            #expect(head["connection"] == "close" && head["upgrade"] == nil)
            #expect(try await client.rest() == "")
            #expect(lines.withLock { $0 } == ["GET /chat HTTP/1.1"])
            #expect(try gateway.accessLines().count == 1)
        }
    }

    @Test(arguments: [
        WebSocketRequest.text.replacing("version: 13", with: "version: 1337"),
        WebSocketRequest.text.replacing("key: ", with: "key: x"),
        WebSocketRequest.text.replacing("host: h", with: "host: h\r\ncontent-length: 3") + "abc",
        WebSocketRequest.text.replacing("host: h", with: "host: h\r\ntransfer-encoding: chunked") + "0\r\n\r\n",
    ])
    func `what follows a handshake that the gateway refused is no request`(request: String) async throws {
        let lines = Lock<[String]>([])
        let script = upstream(lines, answer: "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.connect()
            try await client.send(request + Self.hidden)
            #expect(try await client.message().status >= 400)
            #expect(try await client.rest() == "")
            #expect(lines.withLock { $0 } == [])
        }
    }

    @Test(arguments: [
        "upgrade: h2c\r\nconnection: Upgrade, HTTP2-Settings\r\nhttp2-settings: AAMAAABkAARAAAAAAAIAAAAA\r\n",
        "upgrade: h2c\r\nupgrade: h2c\r\nconnection: Upgrade\r\n", "upgrade: TLS/1.2\r\nconnection: upgrade\r\n",
        "upgrade: websockets\r\nconnection: upgrade\r\n", "upgrade:\r\nconnection: upgrade\r\n",
    ])
    func `an upgrade to anything but a WebSocket is not passed on, and nothing is made of what follows`(
        fields: String
    ) async throws {
        let heads = Lock<[String]>([])
        let script: ScriptedUpstream.Script = { peer, _ in
            while true {
                let head = try await peer.text(through: "\r\n\r\n").lowercased()
                heads.withLock { $0.append(head) }
                try await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            }
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.connect()
            try await client.send(
                "GET /a HTTP/1.1\r\nhost: h\r\n\(fields)\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Self.hidden)
            let answer = try await client.message()
            #expect(answer.status == 200 && answer["connection"] == "close")
            #expect(try await client.rest() == "")
            let seen = heads.withLock { $0 }
            #expect(seen.count == 1)
            for word in ["upgrade", "http2-settings", "connection"] { #expect(seen.first?.contains(word) == false) }
        }
    }

    @Test func `over HTTP 1-0 an upgrade means nothing (RFC 9110 section 7-8)`() async throws {
        let lines = Lock<[String]>([])
        let script = upstream(lines, answer: "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.connect()
            let old = WebSocketRequest.text.replacing("HTTP/1.1", with: "HTTP/1.0")
            try await client.send(old.replacing("connection: Upgrade", with: "connection: keep-alive, Upgrade"))
            #expect(try await client.message().status == 200)
            try? await client.send(Self.hidden)
            #expect(try await client.rest() == "")
            #expect(lines.withLock { $0 } == ["GET /chat HTTP/1.1"])
        }
    }

    @Test(arguments: [
        // A status that somebody else has chosen: no proof, the proof of another key, no word of a WebSocket.
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nsec-websocket-accept: \(WebSocketRequest.accept)\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: Upgrade\r\nsec-websocket-accept: \(WebSocketRequest.accept)\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket, h2c\r\nconnection: Upgrade\r\nsec-websocket-accept: \(WebSocketRequest.accept)\r\n\r\n",
    ])
    func `a 101 without the proof that the handshake was understood opens nothing`(answer: String) async throws {
        let lines = Lock<[String]>([])
        try await withGateway(oneRoute(#", "retries": 0"#), upstream: upstream(lines, answer: answer)) { gateway in
            let client = try await gateway.connect()
            try await client.send(WebSocketRequest.text + Self.hidden)
            let head = try await client.message()
            #expect(head.status == 502)
            #expect(head["x-gateway-error"] == "upstream_invalid")
            #expect(try await client.rest() == "")
            #expect(lines.withLock { $0 } == ["GET /chat HTTP/1.1"])
        }
    }

    @Test func `a 101 that nobody asked for opens nothing`() async throws {
        let lines = Lock<[String]>([])
        let script = upstream(lines, answer: WebSocketRequest.agreement(to: WebSocketRequest.key))
        try await withGateway(oneRoute(#", "retries": 0"#), upstream: script) { gateway in
            let client = try await gateway.connect()
            try await client.send("GET /a HTTP/1.1\r\nhost: h\r\n\r\n")
            #expect(try await client.message().status == 502)
            #expect(lines.withLock { $0 }.count == 1)
        }
    }

    @Test func `a request inside an open WebSocket ends it before any of it has passed`() async throws {
        let heard = Lock("")
        let script: ScriptedUpstream.Script = { peer, _ in
            try await peer.acceptWebSocket()
            #expect(try await peer.frame() == .close(1002, isMasked: true))
            let rest = try await peer.rest()
            heard.withLock { $0 = "Close, \(rest)end" }
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.openWebSocket()
            try await client.send(Self.hidden)
            #expect(try await client.frame() == .close(1002, isMasked: false))
            client.close()
            try await gateway.loop.until("the summary") { try! gateway.accessLines().count == 1 }
            #expect(try gateway.accessLines()[0]["reason"] as? String == "websocket_violation")
            try await gateway.loop.until("the service's end") { heard.withLock { !$0.isEmpty } }
            #expect(heard.withLock { $0 } == "Close, end")
        }
    }

    @Test func `a service whose bytes are no frames does not reach the client with them`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            try await peer.acceptWebSocket()
            try await peer.send("HTTP/1.1 200 OK\r\n\r\n")
            _ = try await peer.rest()
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.openWebSocket()
            #expect(try await client.frame() == .close(1002, isMasked: false))
            client.close()
        }
    }
}
