import Bytes
import Crypto
import Glibc
import TLS

/// A certificate for localhost, and those who trust it.
enum TestCertificate {
    private static let made = try! DevelopmentCertificates.make(names: [.host("localhost")], now: Int64(time(nil)))
    private static let keys = try! TicketKeyRing(now: Instant(nanoseconds: 0))

    /// A server that speaks HTTP/2 and HTTP/1.1.
    static func server() throws -> TLSServerContext {
        let certificate = TLSCertificate(chain: Array(made.certificate.utf8), privateKey: Array(made.key.utf8))
        return try TLSServerContext(
            TLSServerConfiguration(certificates: [certificate], applicationProtocols: [.http2, .http11]),
            ticketKeys: keys)
    }

    static func client(_ protocols: [ApplicationProtocol]) throws -> TLSClientContext {
        try TLSClientContext(
            TLSClientConfiguration(authorities: Array(made.authority.utf8), applicationProtocols: protocols))
    }
}
