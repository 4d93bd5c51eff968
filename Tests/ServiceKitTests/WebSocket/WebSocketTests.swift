import HTTP
import SQLite
import ServiceKit
import Testing

/// WebSockets of every kind.
private struct SocketsHandler: ServiceHandler {
    static let name = "sockets"
    static let migrations = [Migration("unused", "CREATE TABLE unused (id INTEGER PRIMARY KEY) STRICT")]

    init(_ context: HandlerContext) {}

    func seed() async throws {}

    func addRoutes(to routes: inout Routes) {
        var limits = WebSocketLimits()
        limits.message = 1000
        limits.queue = 300_000
        routes.webSocket("/echo", access: .anyone, limits: limits) { _, socket in
            while let message = await socket.receive() {
                switch message {
                case .text(let text): socket.send(text)
                case .binary(let bytes): socket.send(bytes)
                }
            }
        }
        routes.webSocket("/echo/{name}") { request, socket in
            let caller = try request.caller()
            socket.send(request.parameters.text("name") + caller.subject)
        }
        routes.webSocket(
            "/never", access: .anyone,
            check: { request in throw Problem.forbidden("Not \(request.query["who"] ?? "you").") },
            { _, _ in })
        routes.webSocket("/bug", access: .anyone) { _, _ in throw DatabaseError.closed }
        routes.webSocket("/flood", access: .anyone, limits: limits) { _, socket in
            while socket.send([UInt8](repeating: 7, count: 60_000)) { await Task.yield() }
            socket.close(.normal)
            while await socket.receive() != nil {}
        }
        var short = WebSocketLimits()
        short.pingInterval = 1_000_000
        short.pongTimeout = 1_500_000_000
        short.closeTimeout = 500_000_000
        routes.webSocket("/quiet", access: .anyone, limits: short) { _, socket in
            while await socket.receive() != nil {}
        }
        routes.get("/echo", access: .anyone) { _ in .json("an ordinary answer") }
    }
}

@Suite struct WebSocketTests {
    private typealias Received = WebSocketClient.Received

    @Test func `what a client says is heard, and it hears what is said`() async throws {
        let service = try await RunningService(SocketsHandler.init)
        let client = WebSocketClient(port: service.port, "/echo")
        #expect(client.status == "101")
        #expect(client.head.lowercased().contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"))
        client.send("one")
        client.send(.binary, [1, 2])
        client.send(.ping, [9])
        #expect(client.receive() == Received(.text, "one"))
        #expect(client.receive() == Received(.binary, "\u{1}\u{2}"))
        #expect(client.receive() == Received(.pong, "\u{9}"))
        client.close(.init(rawValue: 4000))
        #expect(client.receive() == Received(.close(.init(rawValue: 4000))))
        #expect(client.isAtEnd)
    }

    @Test func `one that returns closes with 1000, one that fails with 1011`() async throws {
        let service = try await RunningService(SocketsHandler.init)
        let fields = WebSocketClient.handshake + [service.authorization]
        let client = WebSocketClient(port: service.port, "/echo/to-", fields: fields)
        #expect(client.receive() == Received(.text, "to-u1"))
        #expect(client.receive() == Received(.close(.normal)))
        client.close(.normal)
        #expect(client.isAtEnd)
        let other = WebSocketClient(port: service.port, "/bug")
        #expect(other.receive() == Received(.close(.internalError)))
    }

    @Test(
        arguments: [
            ("/echo/a", WebSocketClient.handshake, "401"), ("/nowhere", WebSocketClient.handshake, "404"),
            ("/never?who=me", WebSocketClient.handshake, "403"), ("/echo", [], "200"), ("/echo/a", [], "426"),
            ("/echo", WebSocketClient.handshake.map { $0.replacing("13", with: "8") }, "426"),
            ("/echo", WebSocketClient.handshake.map { $0.replacing("Q==", with: "") }, "400"),
            ("/echo", WebSocketClient.handshake.map { $0.replacing("websocket", with: "h2c") }, "200"),
        ])
    func `who may not gets an ordinary answer`(target: String, fields: [String], status: String) async throws {
        let service = try await RunningService(SocketsHandler.init)
        #expect(WebSocketClient(port: service.port, target, fields: fields).status == status)
    }

    @Test(
        arguments: [
            ([0x81, 0x01, 0x61], .protocolError), ([0xC1, 0x80, 0, 0, 0, 0], .protocolError),
            ([0x81, 0x81, 0, 0, 0, 0, 0xFF], .invalidPayload), ([0x82, 0xFE, 4, 0, 0, 0, 0, 0], .messageTooBig),
        ] as [([UInt8], CloseFrame.Code)])
    func `what is no WebSocket is closed with the code for it`(bytes: [UInt8], code: CloseFrame.Code) async throws {
        let service = try await RunningService(SocketsHandler.init)
        let client = WebSocketClient(port: service.port, "/echo")
        client.send(bytes)
        #expect(client.receive() == Received(.close(code)))
        #expect(client.isAtEnd)
    }

    @Test func `attack, a client that reads nothing holds no more than the limit`() async throws {
        let service = try await RunningService(SocketsHandler.init)
        let client = WebSocketClient(port: service.port, "/flood")
        var last: Received?
        while let received = client.receive() { last = received }
        #expect(last == Received(.close(.policyViolation), "too slow"))
    }

    @Test func `a client that is silent is asked, then told to go, and then cut off`() async throws {
        let service = try await RunningService(SocketsHandler.init)
        let client = WebSocketClient(port: service.port, "/quiet")
        #expect(client.receive() == Received(.ping))
        var last = client.receive()
        while last == Received(.ping) { last = client.receive() }
        #expect(last == Received(.close(.goingAway), "no answer"))
        #expect(client.isAtEnd)
    }

    @Test func `a service that stops closes with 1001, and ends when its clients have`() async throws {
        let service = try await RunningService(SocketsHandler.init)
        let client = WebSocketClient(port: service.port, "/echo")
        client.send("one")
        #expect(client.receive() == Received(.text, "one"))
        let cut = service.stop()
        #expect(client.receive() == Received(.close(.goingAway)))
        client.close(.goingAway)
        #expect(client.isAtEnd)
        #expect(await cut.value == 0)
    }
}
