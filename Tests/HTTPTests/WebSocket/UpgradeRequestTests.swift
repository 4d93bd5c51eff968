import HTTP
import Testing

@Suite struct UpgradeRequestTests {
    private static let good = """
        Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n
        """

    private func upgrade(_ line: String, _ fields: String) throws -> UpgradeRequest {
        let head = try requestHead("\(line)\r\nHost: a\r\n\(fields)\r\n")
        return UpgradeRequest(head, framing: try BodyFraming(request: head))
    }

    @Test(arguments: [
        good, good.replacing("websocket", with: "WebSocket"), good.replacing("Connection: U", with: "Connection: u"),
        good.replacing("Connection: Upgrade", with: "Connection: keep-alive, Upgrade"),
        good.replacing("Connection: Upgrade", with: "Connection: keep-alive\r\nConnection: , upgrade"),
        good.replacing("Upgrade: websocket", with: "Upgrade: h2c, websocket"),
        good.replacing("Upgrade: websocket", with: "Upgrade: h2c\r\nUpgrade: x/1 ,websocket"),
        good + "Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: b\r\nSec-WebSocket-Extensions: x\r\n",
        good + "Content-Length: 0\r\n",
    ])
    func `a handshake that RFC 6455 section 4-2-1 allows asks for a WebSocket`(fields: String) throws {
        #expect(try upgrade("GET /chat HTTP/1.1", fields) == .webSocket)
    }

    @Test(arguments: [
        "", "Upgrade: websocket\r\n", "Connection: Upgrade\r\n", "Connection: close\r\nUpgrade: websocket\r\n",
        good.replacing("websocket", with: "h2c"), good.replacing("websocket", with: "websocket/13"),
        good.replacing("websocket", with: "websockets"), good.replacing("websocket", with: ""),
        good.replacing("websocket", with: "web socket"), good.replacing("websocket", with: "TLS/1.3"),
        good.replacing("Connection: Upgrade", with: "Connection: Upgrades"),
        "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n",
    ])
    func `attack, upgrade smuggling: what is not exactly a WebSocket asks for nothing`(fields: String) throws {
        #expect(try upgrade("GET /chat HTTP/1.1", fields) == .none)
    }

    @Test func `over HTTP 1-0 nothing can be asked for (RFC 9110 section 7-8)`() throws {
        #expect(try upgrade("GET /chat HTTP/1.0", Self.good) == .none)
    }

    @Test(
        arguments: [
            ("POST", good, .badMethod), ("HEAD", good, .badMethod), ("PATCH", good, .badMethod),
            ("GET", good + "Content-Length: 1\r\n", .hasBody),
            ("GET", good + "Transfer-Encoding: chunked\r\n", .hasBody),
            ("GET", good.replacing("Version: 13", with: "Version: 8"), .unsupportedVersion),
            ("GET", good.replacing("Version: 13", with: "Version: 13, 8"), .unsupportedVersion),
            ("GET", good.replacing("Version: 13", with: "Version: 013"), .unsupportedVersion),
            ("GET", good.replacing("Version", with: "Vision"), .unsupportedVersion),
            ("GET", good + "Sec-WebSocket-Version: 13\r\n", .unsupportedVersion),
            ("GET", good.replacing("WebSocket-Key", with: "WebSocket-Kex"), .badKey),
            ("GET", good + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", .badKey),
            ("GET", good.replacing("jZQ==", with: "jZQ="), .badKey),
            ("GET", good.replacing("jZQ==", with: "jZQQ="), .badKey),
            ("GET", good.replacing("jZQ==", with: "jZQQQ"), .badKey),
            ("GET", good.replacing("jZQ==", with: "j_Q=="), .badKey),
            ("GET", good.replacing("dGhl", with: "dGhldGhl"), .badKey),
        ] as [(String, String, HandshakeError)])
    func `a handshake that is wrong is refused for what is wrong with it`(
        method: String, fields: String, error: HandshakeError
    ) throws {
        #expect(try upgrade("\(method) /chat HTTP/1.1", fields) == .refused(error))
    }
}
