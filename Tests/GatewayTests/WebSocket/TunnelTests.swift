import Bytes
import Reactor
import Telemetry
import Testing

@testable import Gateway

/// Open WebSockets: what passes, and what ends them.
@Suite struct TunnelTests {
    private let echo: ScriptedUpstream.Script = { peer, _ in
        try await peer.acceptWebSocket()
        try await peer.echo()
    }

    @Test func `frames pass both ways, and each hop has a handshake of its own (RFC 6455 section 4)`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            let request = try await peer.acceptWebSocket("sec-websocket-protocol: chat\r\nx-own: 1\r\n")
            #expect(request.start == "GET /chat?a=b HTTP/1.1")
            #expect(request["upgrade"] == "websocket")
            #expect(request["connection"] == "Upgrade")
            #expect(request["sec-websocket-key"] == WebSocketRequest.key)
            #expect(request["sec-websocket-version"] == "13")
            #expect(request["sec-websocket-protocol"] == "chat, superchat")
            #expect(request["sec-websocket-extensions"] == "permessage-deflate")
            #expect(request["x-hop"] == nil)
            #expect(request["content-length"] == nil && request["transfer-encoding"] == nil)
            try await peer.echo()
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.connect()
            try await client.send(
                """
                GET /chat?a=b HTTP/1.1\r\nhost: h\r\nconnection: keep-alive, x-hop, upgrade\r\nx-hop: 1\r\n\
                upgrade: h2c, WebSocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: \(WebSocketRequest.key)\r\n\
                sec-websocket-protocol: chat, superchat\r\nsec-websocket-extensions: permessage-deflate\r\n\r\n
                """)
            let answer = try await client.head()
            #expect(answer.start == "HTTP/1.1 101 Switching Protocols")
            #expect(answer["upgrade"] == "websocket" && answer["connection"] == "Upgrade")
            #expect(answer["sec-websocket-accept"] == WebSocketRequest.accept)
            #expect(answer["sec-websocket-protocol"] == "chat" && answer["x-own"] == "1")
            #expect(answer["content-length"] == nil && answer["transfer-encoding"] == nil)
            for text in ["hello", String(repeating: "x", count: 70_000), ""] {
                try await client.send(.text(text, isMasked: true))
                #expect(try await client.frame() == .text(text, isMasked: false))
            }
            try await client.send(.close(1000, isMasked: true))
            #expect(try await client.frame().code == 1000)
            #expect(try await client.rest() == "")
        }
    }

    @Test func `bytes that follow a head at once belong to the WebSocket, on both sides`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            let request = try await peer.head()
            let agreement = WebSocketRequest.agreement(to: request["sec-websocket-key"] ?? "")
            try await peer.send(Array(agreement.utf8) + Frame.text("welcome", isMasked: false).bytes)
            try await peer.echo()
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.connect()
            try await client.send(Array(WebSocketRequest.text.utf8) + Frame.text("early", isMasked: true).bytes)
            _ = try await client.head()
            #expect(try await client.frame().text == "welcome")
            #expect(try await client.frame().text == "early")
        }
    }

    @Test func `who reads slowly holds up who sends, without holding memory`() async throws {
        let frame = Frame(opcode: 2, payload: [UInt8](repeating: 7, count: 65_536), isMasked: false).bytes
        let count = 500
        let sent = Lock(0)
        let script: ScriptedUpstream.Script = { peer, _ in
            try await peer.acceptWebSocket()
            for _ in 0..<count {
                try await peer.send(frame)
                sent.withLock { $0 += frame.count }
            }
            try await peer.send(.close(1000, isMasked: false))
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.openWebSocket()
            var seen = -1
            // Nobody reads: before long nothing moves.
            while seen != sent.withLock({ $0 }) {
                seen = sent.withLock { $0 }
                await gateway.loop.sleep(for: 50_000_000)
            }
            #expect(seen < count * frame.count / 2)
            for _ in 0..<count { #expect(try await client.raw(frame.count) == frame) }
            #expect(try await client.frame().code == 1000)
        }
    }

    @Test func `open WebSockets are counted, and neither as requests in flight nor as latency`() async throws {
        try await withGateway(oneRoute(), upstream: echo) { gateway in
            let metrics = gateway.core.metrics
            let client = try await gateway.openWebSocket()
            #expect(metrics.webSocketConnections.value == 1)
            #expect(metrics.webSocketsOpened.value == 1)
            #expect(metrics.requestsInFlight.value == 0)
            try await client.send(.text("hello", isMasked: true))
            _ = try await client.frame()
            try await client.send(.close(1000, isMasked: true))
            _ = try await client.rest()
            try await gateway.loop.until("the end") { metrics.webSocketConnections.value == 0 }
            try await gateway.loop.until("the summary") { try! gateway.accessLines().count == 1 }
            #expect(metrics.requestsInFlight.value == 0)
            let text = metrics.registryText
            #expect(text.contains(#"gateway_requests_total{route="all",service="up",method="GET",code="101"} 1"#))
            #expect(text.contains("gateway_websocket_opened_total 1"))
            // Series without an observation are not shown.
            #expect(!text.contains("_seconds_count"))
            let line = try gateway.accessLines()[0]
            #expect(line["status"] as? Int == 101 && line["upstreamStatus"] as? Int == 101)
            #expect(line["reason"] as? String == "service_closed")
            #expect(line["bytesIn"] as? Int == 19 && line["bytesOut"] as? Int == 11)
        }
    }

    @Test(arguments: [true, false])
    func `without a byte for too long it ends with 1001, and pings are bytes`(hasPings: Bool) async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            try await peer.acceptWebSocket()
            #expect(try await peer.frame().opcode == 9)
            let last = try await peer.frame()
            #expect(last.isMasked)
            #expect(last.code == 1001)
        }
        try await withGateway(oneRoute(#", "timeout": {"idle": "300ms"}"#), upstream: script) { gateway in
            let client = try await gateway.openWebSocket()
            await gateway.loop.sleep(for: 200_000_000)
            try await client.send(Frame(opcode: 9, payload: [], isMasked: true))
            await gateway.loop.sleep(for: 200_000_000)
            gateway.worker.tick()
            #expect(try gateway.accessLines().isEmpty)
            await gateway.loop.sleep(for: 200_000_000)
            gateway.worker.tick()
            #expect(try await client.frame() == .close(1001, isMasked: false))
            client.close()
            try await gateway.loop.until("the summary") { try! gateway.accessLines().count == 1 }
            #expect(try gateway.accessLines()[0]["reason"] as? String == "idle")
        }
    }

    @Test func `a client that goes ends the service's side, after its last frame`() async throws {
        let last = Lock("")
        let script: ScriptedUpstream.Script = { peer, _ in
            try await peer.acceptWebSocket()
            let text = try await peer.frame().text
            last.withLock { $0 = text }
            #expect(try await peer.rest() == "")
            last.withLock { $0 += ", end" }
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.openWebSocket()
            try await client.send(.text("bye", isMasked: true))
            client.close()
            try await gateway.loop.until("the end") { last.withLock { $0 } == "bye, end" }
            try await gateway.loop.until("the summary") { try! gateway.accessLines().count == 1 }
            #expect(try gateway.accessLines()[0]["reason"] as? String == "client_closed")
        }
    }

    @Test func `a service that breaks off ends the client's side, after what it said`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            try await peer.acceptWebSocket()
            try await peer.send(.text("last", isMasked: false))
            peer.close()
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.openWebSocket()
            #expect(try await client.frame().text == "last")
            #expect(try await client.rest() == "")
        }
    }

    @Test func `many WebSockets on one loop do not get in each other's way`() async throws {
        try await withGateway(oneRoute(), upstream: echo) { gateway in
            var clients: [RawPeer] = []
            for _ in 0..<50 { clients.append(try await gateway.openWebSocket()) }
            for round in 0..<20 {
                for (index, client) in clients.enumerated() {
                    try await client.send(.text("\(round) \(index)", isMasked: true))
                }
                for (index, client) in clients.enumerated() {
                    #expect(try await client.frame().text == "\(round) \(index)")
                }
            }
            for client in clients { client.close() }
        }
    }
}

extension GatewayMetrics {
    /// The counted series as `/metrics` shows them.
    var registryText: String {
        var buffer = ByteBuffer()
        registry.render(into: &buffer, with: [])
        return buffer.readable.text
    }
}
