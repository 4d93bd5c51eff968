/// A key pair with its certificate, in memory.
struct CertifiedKey {
    let certificate: Certificate
    let key: PrivateKey
}

extension CertifiedKey {
    /// A new certificate authority that signs leaves only.
    static func makeAuthority(commonName: String, now: Int64) throws(CryptoError) -> CertifiedKey {
        let key = try PrivateKey.generate(.ec(.p256))
        let request = CertificateRequest(
            commonName: commonName, notBefore: now - .day, notAfter: now + 3650 * .day,
            extensions: [
                .init(.basicConstraints, "critical,CA:TRUE,pathlen:0"),
                .init(.keyUsage, "critical,keyCertSign,cRLSign"),
                .init(.subjectKeyIdentifier, "hash"),
            ])
        return CertifiedKey(certificate: try Certificate(request, key: key, issuer: nil), key: key)
    }

    /// A new server certificate for `names`, signed by this authority.
    ///
    /// It is valid for 820 days, backdated by one: some clients accept at most 825.
    func makeServer(names: [ServerName], now: Int64) throws(CryptoError) -> CertifiedKey {
        guard let first = names.first else { throw .invalidName }
        let key = try PrivateKey.generate(.ec(.p256))
        let request = CertificateRequest(
            commonName: first.text, notBefore: now - .day, notAfter: now + 819 * .day,
            extensions: [
                .init(.basicConstraints, "critical,CA:FALSE"),
                .init(.keyUsage, "critical,digitalSignature"),
                .init(.extendedKeyUsage, "serverAuth"),
                .init(.subjectKeyIdentifier, "hash"),
                .init(.authorityKeyIdentifier, "keyid:always"),
                .init(.subjectAlternativeName, names.map(\.extensionValue).joined(separator: ",")),
            ])
        return CertifiedKey(certificate: try Certificate(request, key: key, issuer: self), key: key)
    }
}

extension Int64 {
    /// Seconds in a day.
    fileprivate static let day: Int64 = 86_400
}
