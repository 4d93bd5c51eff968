import COpenSSL

extension PublicKey {
    /// The key of a PEM text: `PUBLIC KEY`, `RSA PUBLIC KEY`, or the subject's key of a `CERTIFICATE`.
    ///
    /// - Throws: `privateKeyGiven` for a private key, so that one is never mistaken for a public one.
    public convenience init(pem text: Span<UInt8>) throws(CryptoError) {
        let pem = try PEM(text)
        if pem.label.hasSuffix("PRIVATE KEY") { throw .privateKeyGiven }
        defer { ERR_clear_error() }
        let handle = unsafe pem.contents.withUnsafeBufferPointer { contents -> OpaquePointer? in
            var input = contents.baseAddress
            switch pem.label {
            case "PUBLIC KEY": return unsafe d2i_PUBKEY(nil, &input, contents.count)
            case "RSA PUBLIC KEY": return unsafe d2i_PublicKey(EVP_PKEY_RSA, nil, &input, contents.count)
            case "CERTIFICATE":
                let certificate = unsafe d2i_X509(nil, &input, contents.count)
                defer { unsafe X509_free(certificate) }
                return unsafe X509_get_pubkey(certificate)
            default: return nil
            }
        }
        guard let handle = unsafe handle else { throw .invalidKey }
        unsafe try self.init(adopting: handle)
    }

    /// The key as a `PUBLIC KEY` in PEM.
    public func pem() throws(CryptoError) -> String {
        unsafe try PEM.text { bio in unsafe PEM_write_bio_PUBKEY(bio, handle) == 1 }
    }
}
