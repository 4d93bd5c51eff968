extension DevelopmentCertificates {
    /// Where the two pairs lie.
    public struct Files: Hashable, Sendable {
        /// The server's certificate.
        public var certificate: String
        /// The server's private key.
        public var key: String
        /// The authority's certificate.
        public var authority: String
        /// The authority's private key.
        public var authorityKey: String

        /// The paths as given.
        public init(certificate: String, key: String, authority: String, authorityKey: String) {
            self.certificate = certificate
            self.key = key
            self.authority = authority
            self.authorityKey = authorityKey
        }
    }

    /// Makes the pairs of which neither file exists, and leaves every existing file alone.
    ///
    /// An authority that is there signs the new server certificate. Keys are readable by their owner only.
    ///
    /// - Returns: the paths that were written, none when the server's pair exists.
    /// - Throws: `incompletePair` when one file of a pair is missing, `file` when one cannot be read or written.
    public static func writeIfMissing(
        _ files: Files, names: [ServerName] = ServerName.local, now: Int64
    ) throws(CryptoError) -> [String] {
        if try pairExists(files.certificate, files.key) { return [] }
        var written: [String] = []
        let authority: CertifiedKey
        if try pairExists(files.authority, files.authorityKey) {
            let certificate = try FileSystem.read(files.authority)
            let key = try FileSystem.read(files.authorityKey)
            authority = CertifiedKey(
                certificate: try Certificate(pem: certificate.span), key: try PrivateKey(pem: key.span))
            guard authority.certificate.matches(authority.key) else { throw .invalidKey }
        } else {
            authority = try CertifiedKey.makeAuthority(commonName: authorityName, now: now)
            written += try write(authority, certificate: files.authority, key: files.authorityKey)
        }
        let server = try makeServer(names: names, authority: authority, now: now)
        written += try write(server, certificate: files.certificate, key: files.key)
        return written
    }

    private static func pairExists(_ certificate: String, _ key: String) throws(CryptoError) -> Bool {
        switch (FileSystem.exists(certificate), FileSystem.exists(key)) {
        case (true, true): return true
        case (false, false): return false
        case (true, false): throw .incompletePair(missing: key)
        case (false, true): throw .incompletePair(missing: certificate)
        }
    }

    /// Writes both files or neither.
    private static func write(
        _ pair: CertifiedKey, certificate: String, key: String
    ) throws(CryptoError) -> [String] {
        try FileSystem.create(key, contents: pair.key.pem(), mode: 0o600)
        do throws(CryptoError) {
            try FileSystem.create(certificate, contents: pair.certificate.pem(), mode: 0o600)
        } catch {
            FileSystem.remove(key)
            throw error
        }
        return [certificate, key]
    }
}
