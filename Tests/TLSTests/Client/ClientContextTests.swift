import COpenSSL
import Testing

@testable import TLS

@Suite struct ClientContextTests {
    @Test(arguments: ["localhost", "127.0.0.1"])
    func `a server is verified by name or by address`(name: String) throws {
        var pair = try SessionPair(server: Credentials.server(), client: Credentials.client(), hostname: name)
        try pair.open()
        let asked = pair.server.serverName
        #expect(asked == (name == "localhost" ? name : nil))
    }

    @Test(arguments: ["other.test", "127.0.0.2", "local"])
    func `a certificate for another name is refused`(name: String) throws {
        var pair = try SessionPair(server: Credentials.server(), client: Credentials.client(), hostname: name)
        let steps = pair.handshake()
        let code = name == "127.0.0.2" ? X509_V_ERR_IP_ADDRESS_MISMATCH : X509_V_ERR_HOSTNAME_MISMATCH
        #expect(steps.client == .failed(.certificateRejected(code: code)))
        #expect("\(TLSError.certificateRejected(code: X509_V_ERR_HOSTNAME_MISMATCH))".contains("hostname mismatch"))
    }

    @Test func `a certificate of an unknown authority is refused, and the server hears of it`() throws {
        for authorities in [nil, Credentials.shared.otherAuthority] {
            let client = try TLSClientContext(TLSClientConfiguration(authorities: authorities))
            var pair = try SessionPair(server: Credentials.server(), client: client)
            let steps = pair.handshake()
            guard case .failed(.certificateRejected) = steps.client else {
                throw Unexpected.steps("\(steps)")
            }
            // The server is done before the client verifies: the alert comes with the next read.
            pair.poll()
            #expect(throws: TLSError.alert(48)) { try pair.serverHears() }
        }
    }

    @Test func `a server that need not be verified can be anybody`() throws {
        let client = try TLSClientContext(
            TLSClientConfiguration(authorities: Credentials.shared.otherAuthority, verifiesServers: false))
        var pair = try SessionPair(server: Credentials.server(), client: client, hostname: "elsewhere.test")
        try pair.open()
    }

    @Test func `a server's own certificate can be trusted alone`() throws {
        let client = try TLSClientContext(
            TLSClientConfiguration(authorities: Array(Credentials.shared.localhost.chain)))
        var pair = try SessionPair(server: Credentials.server(), client: client)
        try pair.open()
    }

    @Test func `a client shows its certificate to a server that asks`() throws {
        let server = try Credentials.server()
        SSL_CTX_set_verify(server.initial.pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        var anonymous = try SessionPair(server: server, client: Credentials.client())
        let refused = anonymous.handshake().server
        #expect(refused == .failed(.protocolViolation(reason: SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)))

        let client = try Credentials.client(certificate: Credentials.shared.api)
        #expect(client.certificate?.subject == "CN=api")
        var pair = try SessionPair(server: server, client: client)
        let step = pair.handshake().server
        // It was shown, and this server trusts nobody.
        #expect(step == .failed(.certificateRejected(code: X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN)))
    }

    @Test func `authorities must be readable`() {
        for authorities in [[], Array("no certificate".utf8), Credentials.shared.authority + Array(brokenBlock.utf8)] {
            #expect(throws: TLSConfigurationError.authoritiesUnreadable) {
                try TLSClientContext(TLSClientConfiguration(authorities: authorities))
            }
        }
    }

    @Test(arguments: ["", ".localhost", "a\u{0}b"])
    func `what is no host name is refused`(name: String) throws {
        let client = try Credentials.client()
        let sockets = SocketPair()
        #expect(throws: TLSError.invalidHostname) {
            _ = try TLSSession(client: client, hostname: name, descriptor: sockets.near)
        }
    }
}

private let brokenBlock = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"

extension SessionPair {
    mutating func serverHears() throws -> String { try server.text() }
}
