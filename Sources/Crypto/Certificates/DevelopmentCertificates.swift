/// Certificates for trying things on one machine: a private authority, and a server certificate that it signed.
///
/// Whoever trusts the authority trusts everybody who can read its key, so its key never leaves the machine.
public struct DevelopmentCertificates: Sendable {
    /// The server's certificate in PEM.
    public let certificate: String
    /// The server's private key in PEM.
    public let key: String
    /// The authority's certificate in PEM: what clients are told to trust.
    public let authority: String
    /// The authority's private key in PEM.
    public let authorityKey: String

    /// Makes both pairs.
    ///
    /// - Parameters:
    ///   - names: what the server is called.
    ///   - now: Unix seconds.
    public static func make(
        names: [ServerName] = ServerName.local, now: Int64
    ) throws(CryptoError) -> DevelopmentCertificates {
        let authority = try CertifiedKey.makeAuthority(commonName: authorityName, now: now)
        let server = try makeServer(names: names, authority: authority, now: now)
        return DevelopmentCertificates(
            certificate: try server.certificate.pem(), key: try server.key.pem(),
            authority: try authority.certificate.pem(), authorityKey: try authority.key.pem())
    }

    static let authorityName = "Gateway development CA"

    static func makeServer(
        names: [ServerName], authority: CertifiedKey, now: Int64
    ) throws(CryptoError) -> CertifiedKey {
        guard names.allSatisfy(\.isPlausible) else { throw .invalidName }
        return try authority.makeServer(names: names, now: now)
    }
}
