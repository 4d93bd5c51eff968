import COpenSSL
import Testing

@testable import TLS

@Suite struct HandshakeTests {
    @Test func `both sides agree on version, suite, name and protocol`() throws {
        var pair = try SessionPair(server: Credentials.server(), client: Credentials.client())
        try pair.open()
        let (version, suite, name) = (pair.server.version, pair.server.cipherName, pair.server.serverName)
        #expect(version == .v1_3)
        #expect(suite == "TLS_AES_128_GCM_SHA256")
        #expect(name == "localhost")
        let (served, used) = (pair.server.applicationProtocol, pair.client.applicationProtocol)
        #expect(served == .http2)
        #expect(used == .http2)
        #expect(try pair.clientSays("hello") == "hello")
        #expect(try pair.serverSays("good day") == "good day")
    }

    @Test func `version 1_2 works`() throws {
        let client = try Credentials.client()
        client.limitToVersion12()
        var pair = try SessionPair(server: Credentials.server(), client: client)
        try pair.open()
        let (version, suite) = (pair.server.version, pair.server.cipherName)
        #expect(version == .v1_2)
        #expect(suite == "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
        #expect(try pair.clientSays("hello") == "hello")
        #expect(try pair.serverSays("good day") == "good day")
    }

    @Test(arguments: [
        ([ApplicationProtocol.http2, .http11], [ApplicationProtocol.http11], ApplicationProtocol?.some(.http11)),
        ([.http2, .http11], [.http11, .http2], .http2),
        ([.http11, .http2], [.http2, .http11], .http11),
        ([.http11], [], nil),
        ([], [.http11], nil),
    ])
    func `the server's preference decides on the protocol`(
        served: [ApplicationProtocol], offered: [ApplicationProtocol], chosen: ApplicationProtocol?
    ) throws {
        var pair = try SessionPair(
            server: Credentials.server(protocols: served), client: Credentials.client(protocols: offered))
        try pair.open()
        let (atServer, atClient) = (pair.server.applicationProtocol, pair.client.applicationProtocol)
        #expect(atServer == chosen)
        #expect(atClient == chosen)
    }

    @Test func `no protocol in common ends the handshake (RFC 7301, section 3_2)`() throws {
        var pair = try SessionPair(
            server: Credentials.server(protocols: [.http11]), client: Credentials.client(protocols: [.http2]))
        let steps = pair.handshake()
        #expect(steps.server == .failed(.noCommonApplicationProtocol))
        #expect(steps.client == .failed(.alert(120)))
        let again = pair.server.handshake()
        #expect(again == .failed(.noCommonApplicationProtocol))
    }

    @Test(arguments: [
        (TLSVersion.v1_2, UInt8(0x01)), (.v1_2, 0x02), (.v1_3, 0x02), (.v1_3, 0x03),
    ])
    func `a client that is too old is told so`(minimum: TLSVersion, offered: UInt8) throws {
        let sockets = SocketPair()
        var session = try TLSSession(
            server: Credentials.server(minimumVersion: minimum), descriptor: sockets.near)
        let hello: [UInt8] =
            [0x03, offered] + [UInt8](repeating: 7, count: 32) + [0] + [0, 4, 0xC0, 0x13, 0xC0, 0x2B] + [1, 0]
        let count = UInt8(hello.count)
        sockets.sendFromFar([0x16, 0x03, 0x01, 0, count + 4, 0x01, 0, 0, count] + hello)
        session.poll(sockets.near)
        let step = session.handshake()
        #expect(step == .failed(.unsupportedVersion))
        let answer = sockets.receivedAtFar()
        #expect(answer.first == 0x15)
        #expect(answer.last == 70)
    }

    @Test(arguments: ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST /x HTTP/1.1\r\n\r\n", "HEAD / HTTP/1.0\r\n\r\n"])
    func `plain HTTP is recognised`(request: String) throws {
        let sockets = SocketPair()
        var session = try TLSSession(server: Credentials.server(), descriptor: sockets.near)
        sockets.sendFromFar(Array(request.utf8))
        session.poll(sockets.near)
        let step = session.handshake()
        #expect(step == .failed(.plainHTTP))
        #expect(sockets.receivedAtFar().isEmpty)
    }

    @Test(arguments: ["SSH-2.0-OpenSSH_9.2\r\n", "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}"])
    func `other protocols are no TLS`(bytes: String) throws {
        let sockets = SocketPair()
        var session = try TLSSession(server: Credentials.server(), descriptor: sockets.near)
        sockets.sendFromFar(Array(bytes.utf8))
        session.poll(sockets.near)
        let step = session.handshake()
        #expect(step == .failed(.notTLS))
    }

    @Test func `a client that leaves in the handshake is an error value`() throws {
        let sockets = SocketPair()
        var session = try TLSSession(server: Credentials.server(), descriptor: sockets.near)
        sockets.sendFromFar([0x16, 0x03, 0x01, 0x02])
        sockets.endFar()
        session.poll(sockets.near)
        let step = session.handshake()
        #expect(step == .failed(.closedInHandshake))
        #expect("\(TLSError.closedInHandshake)" == "connection closed during the handshake")
    }

    @Test func `nothing is read before the event loop says so`() throws {
        var pair = try SessionPair(server: Credentials.server(), client: Credentials.client())
        pair.client.isWritable = true
        #expect(pair.client.handshake() == .wantsRead)
        let early = pair.server.handshake()
        #expect(early == .wantsRead)
        try pair.open()
    }

    @Test func `any bytes end in an outcome`() throws {
        var generator = SystemRandomNumberGenerator()
        let server = try Credentials.server()
        for round in 0..<200 {
            let sockets = SocketPair()
            var session = try TLSSession(server: server, descriptor: sockets.near)
            var bytes = (0..<Int.random(in: 1...600, using: &generator)).map { _ in UInt8.random(in: 0...255) }
            if round % 2 == 0 { bytes = [0x16, 0x03, 0x01, 0, UInt8(min(bytes.count, 250)), 1, 0, 0] + bytes }
            sockets.sendFromFar(bytes)
            sockets.endFar()
            session.poll(sockets.near)
            guard case .failed = session.handshake() else {
                Issue.record("accepted \(bytes)")
                continue
            }
        }
    }
}

extension TLSClientContext {
    /// As a client of some years ago.
    func limitToVersion12() {
        SSL_CTX_ctrl(handle.pointer, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    }
}
