import HTTP
import Reactor
import Telemetry
import Testing

@testable import Gateway

/// WebSockets over HTTP/2 (RFC 8441), on either side of the gateway or on both.
@Suite struct ExtendedConnectTests {
    private static let http2 = oneRoute(service: #", "protocol": "h2c""#)

    private static let echo: ScriptedUpstream.Script = { peer, _ in
        let request = try await peer.acceptWebSocket("sec-websocket-protocol: chat\r\n")
        #expect(request.start == "GET /chat HTTP/1.1")
        #expect(request["upgrade"] == "websocket" && request["connection"] == "Upgrade")
        #expect(request["sec-websocket-key"]?.count == 24)
        try await peer.echo()
    }

    /// An upstream that speaks HTTP/2 and answers the first request with `status`, and frames with the same frames.
    private static func upstream(
        _ status: Int = 200, knowsConnect: Bool = true, heard: Lock<StreamPeer.Stream?> = Lock(nil)
    ) -> ScriptedUpstream.Script {
        { peer, _ in
            var settings = H2Settings()
            settings.enableConnectProtocol = knowsConnect
            let server = StreamPeer(peer, .server, settings: settings)
            let id = try await server.accept()
            heard.withLock { $0 = server.streams[id] }
            try await server.respond(status, on: id, isEnd: status != 200)
            while status == 200 {
                let frame = try await server.frame(on: id)
                try await server.send(Frame(opcode: frame.opcode, payload: frame.payload, isMasked: false), on: id)
                if frame.opcode == 8 { try await server.end(id) }
            }
            try await server.until("the end") { server.isEnded }
        }
    }

    @Test func `a WebSocket of a stream becomes one of a connection (RFC 8441 section 5)`() async throws {
        try await withGateway(oneRoute(), isSecure: true, upstream: Self.echo) { gateway in
            let client = try await gateway.connectStreams()
            let id = try await client.connect(to: "/chat")
            #expect(try await client.status(on: id) == 200)
            let answer = try #require(client.streams[id])
            #expect(answer["sec-websocket-protocol"] == "chat")
            for name in ["sec-websocket-accept", "upgrade", "connection"] { #expect(answer[name] == nil) }
            #expect(gateway.core.metrics.webSocketConnections.value == 1)
            for text in ["hello", String(repeating: "x", count: 200_000), ""] {
                try await client.send(.text(text, isMasked: true), on: id)
                #expect(try await client.frame(on: id) == .text(text, isMasked: false))
            }
            try await client.send(.close(1000, isMasked: true), on: id)
            #expect(try await client.frame(on: id).code == 1000)
            try await client.until("the stream's end") { client.streams[id]!.isEnded }
            try await gateway.loop.until("the summary") { try! gateway.accessLines().count == 1 }
            let line = try gateway.accessLines()[0]
            #expect(line["status"] as? Int == 200 && line["upstreamStatus"] as? Int == 101)
        }
    }

    @Test func `WebSockets share a connection, and each ends alone`() async throws {
        try await withGateway(oneRoute(), isSecure: true, upstream: Self.echo) { gateway in
            let client = try await gateway.connectStreams()
            var ids: [UInt32] = []
            for _ in 0..<5 { ids.append(try await client.connect(to: "/chat")) }
            for id in ids { #expect(try await client.status(on: id) == 200) }
            try await client.reset(ids[0])
            try await client.end(ids[1])
            try await gateway.loop.until("two ends") { gateway.core.metrics.webSocketConnections.value == 3 }
            for id in ids[2...] {
                try await client.send(.text("\(id)", isMasked: true), on: id)
                #expect(try await client.frame(on: id).text == "\(id)")
            }
        }
    }

    @Test func `a WebSocket of a connection becomes one of a stream`() async throws {
        let heard = Lock<StreamPeer.Stream?>(nil)
        try await withGateway(Self.http2, upstream: Self.upstream(heard: heard)) { gateway in
            let client = try await gateway.connect()
            try await client.send(WebSocketRequest.text)
            let answer = try await client.head()
            #expect(answer.status == 101)
            #expect(answer["sec-websocket-accept"] == WebSocketRequest.accept)
            #expect(answer["upgrade"] == "websocket" && answer["connection"] == "Upgrade")
            let request = try #require(heard.withLock { $0 })
            #expect(request.line == "CONNECT websocket /chat")
            #expect(request["sec-websocket-version"] == "13")
            for name in ["sec-websocket-key", "upgrade", "connection"] { #expect(request[name] == nil) }
            try await client.send(.text("hello", isMasked: true))
            #expect(try await client.frame().text == "hello")
            try await client.send(.close(1000, isMasked: true))
            #expect(try await client.frame().code == 1000)
            #expect(try await client.rest() == "")
        }
    }

    @Test func `from stream to stream, with the end said by the gateway`() async throws {
        try await withGateway(Self.http2, isSecure: true, upstream: Self.upstream()) { gateway in
            let client = try await gateway.connectStreams()
            let id = try await client.connect(to: "/chat")
            #expect(try await client.status(on: id) == 200)
            try await client.send(.text("hello", isMasked: true), on: id)
            #expect(try await client.frame(on: id).text == "hello")
            gateway.worker.tunnels.drain()
            #expect(try await client.frame(on: id) == .close(1001, isMasked: false))
            try await client.send(.close(1001, isMasked: true), on: id)
            try await client.until("the stream's end") { client.streams[id]!.isEnded }
        }
    }

    @Test func `an upstream that does not know extended CONNECT is not asked for it (RFC 8441 section 3)`() async throws
    {
        let script = Self.upstream(knowsConnect: false)
        try await withGateway(Self.http2, upstream: script) { gateway in
            let answer = try await gateway.ask(WebSocketRequest.text)
            #expect(answer.status == 502)
            #expect(answer["x-gateway-error"] == "websocket_unsupported")
        }
    }

    @Test(arguments: [200, 204, 206])
    func `attack, upgrade smuggling: an ordinary success is none to an extended CONNECT`(status: Int) async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            try await peer.send("HTTP/1.1 \(status) Fine\r\ncontent-length: 0\r\n\r\n")
            #expect(try await peer.rest() == "")
        }
        try await withGateway(oneRoute(), isSecure: true, upstream: script) { gateway in
            let client = try await gateway.connectStreams()
            let id = try await client.connect(to: "/chat")
            try await client.send(Array("GET /hidden HTTP/1.1\r\nhost: h\r\n\r\n".utf8), on: id)
            #expect(try await client.status(on: id) == 502)
            #expect(client.streams[id]?["x-gateway-error"] == "websocket_declined")
        }
    }

    @Test func `a service's refusal passes`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            try await peer.send("HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno")
        }
        try await withGateway(oneRoute(#", "retries": 0"#), isSecure: true, upstream: script) { gateway in
            let client = try await gateway.connectStreams()
            let id = try await client.connect(to: "/chat")
            #expect(try await client.status(on: id) == 403)
            try await client.until("the body") { client.streams[id]!.isEnded }
            #expect(client.streams[id]!.data == Array("no".utf8))
        }
    }

    @Test(
        arguments: [
            ("connect-udp", [("sec-websocket-version", "13")], oneRoute(), 501, "unknown_protocol"),
            ("websocket", [("sec-websocket-version", "8")], oneRoute(), 426, "websocket_version"),
            ("websocket", [], oneRoute(), 426, "websocket_version"),
            (
                "websocket", [("sec-websocket-version", "13"), ("content-length", "5")], oneRoute(), 400,
                "websocket_handshake"
            ),
            (
                "websocket", [("sec-websocket-version", "13")], oneRoute(#", "websocket": false"#), 403,
                "websocket_forbidden"
            ),
            (
                "websocket", [("sec-websocket-version", "13"), ("origin", "https://evil.test")],
                oneRoute(#", "websocket": "https://shop.test""#), 403, "cors_forbidden"
            ),
            (
                "websocket", [("sec-websocket-version", "13")],
                oneRoute().replacing(#""to": "up""#, with: #""respond": 200"#), 403, "websocket_forbidden"
            ),
            (
                "websocket", [("sec-websocket-version", "13")],
                oneRoute().replacing(#""/**""#, with: #""POST /**""#), 405, "method_not_allowed"
            ),
        ] as [(String, [(String, String)], String, Int, String)])
    func `an extended CONNECT that may not be is refused, and never with a success`(
        name: String, fields: [(String, String)], configuration: String, status: Int, reason: String
    ) async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            Issue.record("the service was asked")
            peer.close()
        }
        try await withGateway(configuration, isSecure: true, upstream: script) { gateway in
            let client = try await gateway.connectStreams()
            let id = try await client.connect(to: "/chat", protocol: name, fields: fields)
            #expect(try await client.status(on: id) == status)
            #expect(client.streams[id]?["x-gateway-error"] == reason)
        }
    }

    @Test func `who reads slowly holds up only its own stream`() async throws {
        let sent = Lock(0)
        let script: ScriptedUpstream.Script = { peer, number in
            try await peer.acceptWebSocket()
            guard number == 0 else { return try await peer.echo() }
            let frame = Frame(opcode: 2, payload: [UInt8](repeating: 7, count: 65_536), isMasked: false).bytes
            for _ in 0..<500 {
                try await peer.send(frame)
                sent.withLock { $0 += frame.count }
            }
        }
        try await withGateway(oneRoute(), isSecure: true, upstream: script) { gateway in
            let client = try await gateway.connectStreams()
            client.starved = 1
            let id = try await client.connect(to: "/chat")
            #expect(try await client.status(on: id) == 200)
            var seen = -1
            while seen != sent.withLock({ $0 }) {
                seen = sent.withLock { $0 }
                await gateway.loop.sleep(for: 50_000_000)
            }
            #expect(seen < 500 * 65_536 / 2)
            let other = try await client.connect(to: "/chat")
            try await client.send(.text("hello", isMasked: true), on: other)
            #expect(try await client.frame(on: other).text == "hello")
        }
    }
}
