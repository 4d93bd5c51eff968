import Bytes
import Reactor
import Telemetry
import Testing
import Transport

@testable import Gateway

/// How the gateway itself ends WebSockets: Close frames with 1001 between frames, and patience with an end.
@Suite struct TunnelEndTests {
    private let echo: ScriptedUpstream.Script = { peer, _ in
        try await peer.acceptWebSocket()
        try await peer.echo()
    }

    private func ending(_ gateway: TestGateway) async throws -> String? {
        try await gateway.loop.until("the summary") { try! !gateway.accessLines().isEmpty }
        return try gateway.accessLines().last?["reason"] as? String
    }

    @Test func `a gateway that stops says 1001 to both sides and waits for their answers`() async throws {
        let heard = Lock<Frame?>(nil)
        let script: ScriptedUpstream.Script = { peer, _ in
            try await peer.acceptWebSocket()
            let frame = try await peer.frame()
            heard.withLock { $0 = frame }
            try await peer.send(.close(1001, isMasked: false))
            _ = try await peer.rest()
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.openWebSocket()
            gateway.worker.tunnels.drain()
            #expect(try await client.frame() == .close(1001, isMasked: false))
            try await client.send(.close(1001, isMasked: true))
            #expect(try await client.rest() == "")
            #expect(heard.withLock { $0 } == .close(1001, isMasked: true))
            #expect(try await ending(gateway) == "draining")
        }
    }

    @Test func `a Close frame never comes in the middle of another frame`() async throws {
        let heard = Lock<[Frame]>([])
        let script: ScriptedUpstream.Script = { peer, _ in
            try await peer.acceptWebSocket()
            let bytes = Frame.text("from the service", isMasked: false).bytes
            try await peer.send(Array(bytes[..<7]))
            for _ in 0..<2 {
                let frame = try await peer.frame()
                heard.withLock { $0.append(frame) }
            }
            // What comes after the frame that was begun does not pass any more.
            try await peer.send(Array(bytes[7...]) + Frame.text("too late", isMasked: false).bytes)
            _ = try await peer.rest()
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.openWebSocket()
            _ = try await client.raw(3)
            let bytes = Frame.text("from the client", isMasked: true).bytes
            try await client.send(Array(bytes[..<1]))
            try await gateway.loop.until("the bytes") { gateway.tunnel?.exchange.bytesReceived == 1 }
            gateway.worker.tunnels.drain()
            try await client.send(Array(bytes[1...]) + Frame.text("too late", isMasked: true).bytes)
            #expect(try await client.raw(15) == Array(Frame.text("from the service", isMasked: false).bytes[3...]))
            #expect(try await client.frame() == .close(1001, isMasked: false))
            client.close()
            #expect(
                heard.withLock { $0 } == [.text("from the client", isMasked: true), .close(1001, isMasked: true)])
        }
    }

    @Test func `peers that do not answer are waited for no longer than the grace`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            try await peer.acceptWebSocket()
            _ = try await peer.rest()
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.openWebSocket()
            gateway.worker.tunnels.drain()
            #expect(try await client.frame() == .close(1001, isMasked: false))
            gateway.worker.tunnels.sweep(at: gateway.loop.now + Tunnel.grace)
            #expect(try await client.rest() == "")
            #expect(try await ending(gateway) == "draining")
        }
    }

    @Test func `a client that takes nothing holds the end up no longer than the grace`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            try await peer.acceptWebSocket()
            let frame = Frame(opcode: 2, payload: [UInt8](repeating: 7, count: 65_536), isMasked: false)
            while true { try await peer.send(frame) }
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.openWebSocket()
            try await gateway.waitForStall()
            gateway.worker.tunnels.drain()
            gateway.worker.tunnels.sweep(at: gateway.loop.now + Tunnel.grace)
            await gateway.loop.sleep(for: 1_000_000)
            gateway.worker.tunnels.sweep(at: gateway.loop.now + 2 * Tunnel.grace)
            #expect(try await ending(gateway) == "draining")
            client.close()
        }
    }

    @Test func `a connection that is cut ends both sides at once`() async throws {
        let isOver = Lock(false)
        let script: ScriptedUpstream.Script = { peer, _ in
            try await peer.acceptWebSocket()
            _ = try await peer.rest()
            isOver.withLock { $0 = true }
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.openWebSocket()
            #expect(gateway.server.cut() == 1)
            _ = try await client.rest()
            try await gateway.loop.until("the service's side") { isOver.withLock { $0 } }
        }
    }

    @Test func `who asks for a WebSocket while the gateway stops is told to ask elsewhere`() async throws {
        try await withGateway(oneRoute(), upstream: echo) { gateway in
            gateway.core.state.phase = .draining
            let answer = try await gateway.ask(WebSocketRequest.text)
            #expect(answer.status == 503)
            #expect(answer["x-gateway-error"] == "draining")
            #expect(gateway.upstream.connections == 0)
        }
    }

    // MARK: Reloads

    private static func routes(_ all: String, others: String = "") -> String {
        """
        {"services": {"other": {"targets": "http://127.0.0.1:1", "health": "none"},
                      "up": {"targets": "UPSTREAM", "health": "none"}},
         "routes": [\(others) {"name": "all", "match": "/**", "to": "up"\(all)}]}
        """
    }

    @Test func `a WebSocket outlives a reload that changes everything but its route`() async throws {
        try await withGateway(oneRoute(), upstream: echo) { gateway in
            let client = try await gateway.openWebSocket()
            // The service has another place in the file, and the route has new neighbours.
            try gateway.reload(Self.routes("", others: #"{"name": "b", "match": "/b", "to": "other"},"#))
            try gateway.reload(Self.routes(""))
            for text in ["one", "two"] {
                try await client.send(.text(text, isMasked: true))
                #expect(try await client.frame().text == text)
            }
            client.close()
        }
    }

    @Test(arguments: [
        routes(#", "timeout": "3s""#), routes(#", "websocket": false"#),
        routes("").replacing(#""name": "all""#, with: #""name": "renamed""#),
        routes("").replacing(#""UPSTREAM""#, with: #""http://127.0.0.1:1""#),
    ])
    func `a WebSocket whose route or endpoint a reload takes away ends with 1001`(after: String) async throws {
        try await withGateway(Self.routes(""), upstream: echo) { gateway in
            let client = try await gateway.openWebSocket()
            try gateway.reload(after)
            #expect(try await client.frame() == .close(1001, isMasked: false))
            try await client.send(.close(1001, isMasked: true))
            #expect(try await client.rest() == "")
            #expect(try await ending(gateway) == "route_changed")
        }
    }

    @Test func `a reload between the request and the service's agreement counts too`() async throws {
        let isAsked = Lock(false)
        let isReloaded = Lock(false)
        let script: ScriptedUpstream.Script = { peer, _ in
            let request = try await peer.head()
            isAsked.withLock { $0 = true }
            try await peer.loop.until("the reload") { isReloaded.withLock { $0 } }
            try await peer.send(WebSocketRequest.agreement(to: request["sec-websocket-key"] ?? ""))
            try await peer.echo()
        }
        try await withGateway(Self.routes(""), upstream: script) { gateway in
            let client = try await gateway.connect()
            try await client.send(WebSocketRequest.text)
            try await gateway.loop.until("the request") { isAsked.withLock { $0 } }
            try gateway.reload(Self.routes(#", "websocket": false"#))
            isReloaded.withLock { $0 = true }
            #expect(try await client.head().status == 101)
            #expect(try await client.frame() == .close(1001, isMasked: false))
            client.close()
        }
    }
}

extension TestGateway {
    /// The WebSocket that is open.
    fileprivate var tunnel: Tunnel? { worker.tunnels.open.values.first }

    /// Waits until nothing passes any more.
    fileprivate func waitForStall() async throws {
        var seen: UInt64 = 0
        while seen == 0 || tunnel?.exchange.bytesSent != seen {
            seen = tunnel?.exchange.bytesSent ?? 0
            await loop.sleep(for: 50_000_000)
        }
    }
}
