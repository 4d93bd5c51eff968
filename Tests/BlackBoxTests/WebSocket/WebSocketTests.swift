import Foundation
import Testing

/// WebSockets between a client and a server that know nothing of the gateway.
@Suite(.enabled(if: Places.hasPyPI, "PyPI is out of reach")) struct WebSocketTests {
    private let port: Int
    private let server: WebSocketPeer

    init() throws {
        (server, port) = try WebSocketPeer.server()
    }

    private static let routes = """
        [{"name": "chat", "match": "GET /chat", "to": "up", "auth": "none"},
         {"name": "other", "match": "GET /other", "to": "up", "auth": "none"},
         {"name": "shop", "match": "GET /shop", "to": "up", "auth": "none", "websocket": "https://shop.test"},
         {"name": "token", "match": "GET /token", "to": "up"},
         {"name": "none", "match": "GET /none", "to": "up", "auth": "none", "websocket": false}]
        """

    private func setup(_ routes: String = routes, _ timeouts: String? = nil) -> Setup {
        var setup = Setup(
            services: #"{"up": {"targets": "http://127.0.0.1:\#(port)", "health": "none"}}"#, routes: routes)
        if let timeouts { setup.extra["timeouts"] = timeouts }
        return setup
    }

    @Test func `messages of every kind and size pass both ways, compressed, in fragments, with pings`() throws {
        let gateway = try GatewayProcess(setup())
        let clients = try (0..<4).map { _ in try WebSocketPeer.client("talk", "/chat", of: gateway) }
        for client in clients {
            let result = try client.result()
            #expect(result["protocol"].string == "chat")
            #expect(result["deflate"].bool == true)
            #expect(result["code"].int == 4321 && result["reason"].string == "that is all")
        }
        #expect(try becomesTrue { try gateway.metric("gateway_websocket_connections") == 0 })
        #expect(try gateway.metric("gateway_websocket_opened_total") == 4)
        #expect(try becomesTrue { try gateway.metric("gateway_requests_total", #"code="101""#) == 4 })
        #expect(try gateway.metric("gateway_request_duration_seconds_count", #"route="chat""#) == nil)
        let line = try #require(eventually { gateway.accessLog.first { $0["status"].int == 101 } })
        #expect(line["bytesIn"].int ?? 0 > 1 << 20 && line["bytesOut"].int ?? 0 > 1 << 20)
        #expect(line["durationMs"].exists && line["reason"].string?.hasSuffix("closed") == true)
    }

    @Test func `who may not is told so`() throws {
        let gateway = try GatewayProcess(setup())
        func outcome(_ path: String, _ options: String...) throws -> JSON {
            let client =
                options.isEmpty
                ? try WebSocketPeer.client("talk", path, of: gateway)
                : try WebSocketPeer.client("talk", path, of: gateway, options[0], options[1])
            return try client.result()
        }
        #expect(try outcome("/none")["error"].string == "websocket_forbidden")
        #expect(try outcome("/nowhere")["status"].int == 404)
        #expect(try outcome("/token")["error"].string == "token_missing")
        #expect(try outcome("/token", "--field", "Authorization:Bearer \(Token.good())")["code"].int == 4321)
        #expect(try outcome("/shop", "--origin", "https://evil.test")["error"].string == "cors_forbidden")
        #expect(try outcome("/shop", "--origin", "https://shop.test")["code"].int == 4321)
    }

    @Test func `a gateway that stops closes both sides with 1001 and ends in time`() throws {
        let gateway = try GatewayProcess(setup(Self.routes, #"{"drainDelay": "500ms", "drain": "20s"}"#))
        let clients = try (0..<3).map { _ in try WebSocketPeer.client("hold", "/chat", of: gateway) }
        for client in clients { try client.waitUntilOpen() }
        gateway.process.signal(SIGTERM)
        for client in clients { #expect(try client.result()["code"].int == 1001) }
        #expect(gateway.process.wait(seconds: 15) == .exited(0))
        #expect(gateway.accessLog.filter { $0["reason"].string == "draining" }.count == 3)
        #expect(gateway.folder.text(of: "stderr.log").contains("were cut") == false)
    }

    @Test func `a reload ends only the WebSockets of routes that it changes`() throws {
        let gateway = try GatewayProcess(setup())
        let staying = try WebSocketPeer.client("hold", "/chat", of: gateway)
        let leaving = try WebSocketPeer.client("hold", "/other", of: gateway)
        for client in [staying, leaving] { try client.waitUntilOpen() }
        let changed = setup(
            Self.routes.replacing(#""name": "other", "#, with: #""name": "other", "timeout": "7s", "#))
        try gateway.folder.write(changed.text(ports: gateway.ports), to: "routes.json")
        #expect(try gateway.command("reload").status == 0)
        #expect(try leaving.result()["code"].int == 1001)
        // Changes around it, and no change at all.
        try gateway.folder.write(setup().text(ports: gateway.ports), to: "routes.json")
        #expect(try gateway.command("reload").status == 0)
        #expect(staying.isRunning)
        gateway.process.signal(SIGTERM)
        let result = try staying.result()
        #expect(result["code"].int == 1001 && result["answers"].int ?? 0 > 1)
    }
}
