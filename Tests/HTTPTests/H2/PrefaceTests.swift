import HTTP
import Testing

/// RFC 9113 section 3.4.
@Suite struct PrefaceTests {
    static let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".bytes

    @Test(arguments: [1, 7, 1000])
    func `a server takes the preface in any pieces`(step: Int) {
        let server = H2Endpoint(.server)
        let events = server.receive(Self.preface + WireFrame.settings().bytes + WireFrame.headers(1).bytes, step: step)
        #expect(events.contains(.settingsReceived))
        #expect(server.heads.count == 1)
        #expect(server.failure == nil)
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n", "PRI * HTTP/1.1\r\n\r\nSM\r\n\r\n", "X", "PRI * HTTP/2.0\r\n\r\nSM\r\n\rX",
    ])
    func `what is no preface is noticed at once`(text: String) {
        let server = H2Endpoint(.server)
        server.receive(text.bytes)
        #expect(server.failure == H2Failure(.protocolError, .badPreface))
        #expect(server.sent() == [.goAway(0, .protocolError)])
    }

    @Test(arguments: [WireFrame.headers(1), .ping(), .settingsAcknowledgement, WireFrame(type: 0x77)])
    func `a first frame that is not SETTINGS ends the connection`(frame: WireFrame) {
        let server = H2Endpoint(.server)
        server.receive(Self.preface + frame.bytes)
        #expect(server.failure == H2Failure(.protocolError, .missingSettings))
        let client = H2Endpoint(.client)
        client.receive(frame)
        #expect(client.failure == H2Failure(.protocolError, .missingSettings))
    }

    @Test func `a server speaks first with its settings and window`() {
        let server = H2Endpoint(.server)
        server.start()
        let expected: [WireFrame] = [
            .settings([(4, 65_536), (5, 16_384), (6, 32_768), (3, 100), (8, 1), (9, 1)]),
            .windowUpdate(0, (1 << 20) - 65_535),
        ]
        #expect(server.sent() == expected)
    }

    @Test func `a client speaks first with preface, settings and window`() {
        let client = H2Endpoint(.client)
        client.start()
        let bytes = client.sentBytes()
        #expect(Array(bytes.prefix(24)) == Self.preface)
        #expect(
            WireFrame.all(in: Array(bytes.dropFirst(24))) == [
                .settings([(4, 65_536), (5, 16_384), (6, 32_768), (2, 0)]), .windowUpdate(0, (1 << 20) - 65_535),
            ])
    }
}
