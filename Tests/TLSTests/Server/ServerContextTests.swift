import COpenSSL
import Testing

@testable import TLS

@Suite struct ServerContextTests {
    @Test func `certificates are summarised`() throws {
        let context = try Credentials.server([Credentials.shared.localhost, Credentials.shared.shop])
        #expect(context.certificates.map(\.subject) == ["CN=localhost", "CN=shop"])
        #expect(context.certificates.map(\.names) == [["localhost", "127.0.0.1"], ["shop.test", "*.shop.test"]])
        #expect(context.certificates.allSatisfy { $0.notAfter > 1_700_000_000 && $0.notAfter < 4_000_000_000 })
    }

    @Test(arguments: [
        ("api.shop.test", "CN=api"), ("www.shop.test", "CN=shop"), ("SHOP.test", "CN=shop"),
        ("localhost", "CN=localhost"),
    ])
    func `the name that the client asks for selects the certificate`(name: String, subject: String) throws {
        let shared = Credentials.shared
        let server = try Credentials.server([shared.localhost, shared.shop, shared.api])
        var pair = try SessionPair(server: server, client: Credentials.client(), hostname: name)
        try pair.open()
        let shown = X509Certificate.shown(to: pair.client)
        #expect(shown == subject)
    }

    @Test(arguments: [
        ("localhost", "localhost", false), ("localhost", "www.shop.test", true), ("localhost", "API.shop.test", true),
        ("www.shop.test", "shop.test", false), ("www.shop.test", "api.shop.test", true),
        ("www.shop.test", "localhost", true), ("localhost", "unknown.test", false),
    ])
    func `a host with another certificate is misdirected to this connection`(
        name: String, host: String, isMisdirected: Bool
    ) throws {
        let shared = Credentials.shared
        let server = try Credentials.server([shared.localhost, shared.shop, shared.api])
        var pair = try SessionPair(server: server, client: Credentials.client(), hostname: name)
        try pair.open()
        let (hasOthers, verdict) = (
            pair.server.hasOtherCertificates, pair.server.isMisdirected(host: Array(host.utf8).span)
        )
        #expect(hasOthers)
        #expect(verdict == isMisdirected)
    }

    @Test func `errors name what failed and show no key`() throws {
        let (good, other) = (Credentials.shared.localhost, Credentials.shared.api)
        let garbage = Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)
        func error(_ chain: [UInt8], _ key: [UInt8]) -> TLSConfigurationError? {
            do throws(TLSConfigurationError) {
                _ = try TLSServerContext(
                    TLSServerConfiguration(certificates: [good, TLSCertificate(chain: chain, privateKey: key)]),
                    ticketKeys: nil)
                return nil
            } catch {
                return error
            }
        }
        #expect(error(good.chain, good.privateKey) == nil)
        #expect(error([], good.privateKey) == .certificateUnreadable(index: 1))
        #expect(error(garbage, good.privateKey) == .certificateUnreadable(index: 1))
        #expect(error(good.chain + garbage, good.privateKey) == .chainUnreadable(subject: "CN=localhost"))
        #expect(error(good.chain, []) == .privateKeyUnreadable(subject: "CN=localhost"))
        #expect(error(good.chain, other.privateKey) == .privateKeyMismatch(subject: "CN=localhost"))
        #expect(error(good.chain, Credentials.shared.shop.privateKey) == .privateKeyMismatch(subject: "CN=localhost"))
        #expect(error(good.chain, Credentials.shared.encryptedKey) == .privateKeyEncrypted(subject: "CN=localhost"))
        #expect(
            "\(TLSConfigurationError.privateKeyMismatch(subject: "CN=a"))"
                == #"the private key does not match certificate "CN=a""#)
        #expect("\(good)" == "TLSCertificate(<redacted>)")
        var dumped = ""
        dump(good, to: &dumped)
        #expect(!dumped.contains("45"))
        #expect(throws: TLSConfigurationError.noCertificate) { try Credentials.server([]) }
    }
}

extension X509Certificate {
    /// The subject of the certificate that a client was shown.
    static func shown(to client: borrowing TLSSession) -> String? {
        guard let session = client.session, let certificate = SSL_get1_peer_certificate(session) else { return nil }
        return X509Certificate(adopting: certificate).summary.subject
    }
}
