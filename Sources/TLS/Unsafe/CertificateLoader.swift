import COpenSSL

/// Reads a certificate, its chain and its key from PEM text into an `SSL_CTX`.
enum CertificateLoader {
    /// - Parameter index: which one it is among several, for the error.
    /// - Returns: what the certificate says.
    static func load(
        _ certificate: TLSCertificate, at index: Int, into context: ContextHandle
    ) throws(TLSConfigurationError) -> CertificateSummary {
        OpenSSLErrors.clear()
        defer { OpenSSLErrors.clear() }
        let chain = PEMReader(certificate.chain)
        guard let leaf = chain.nextCertificate() else { throw .certificateUnreadable(index: index) }
        let summary = leaf.summary
        guard unsafe SSL_CTX_use_certificate(context.pointer, leaf.pointer) == 1 else {
            throw .certificateRefused(subject: summary.subject, reason: OpenSSLErrors.takeText())
        }
        while let intermediate = chain.nextCertificate() {
            guard unsafe tls_context_add_chain_certificate(context.pointer, intermediate.pointer) else {
                throw .certificateRefused(subject: summary.subject, reason: OpenSSLErrors.takeText())
            }
        }
        guard PEMReader.reachedEnd() else { throw .chainUnreadable(subject: summary.subject) }
        try loadKey(certificate.privateKey, of: leaf, named: summary.subject, into: context)
        return summary
    }

    private static func loadKey(
        _ text: [UInt8], of leaf: borrowing X509Certificate, named subject: String, into context: ContextHandle
    ) throws(TLSConfigurationError) {
        guard let key = unsafe PEMReader(text).nextPrivateKey() else {
            throw PEMReader.refusedPassphrase()
                ? .privateKeyEncrypted(subject: subject) : .privateKeyUnreadable(subject: subject)
        }
        defer { unsafe EVP_PKEY_free(key) }
        // SSL_CTX_use_PrivateKey checks only keys of the certificate's own kind.
        guard unsafe X509_check_private_key(leaf.pointer, key) == 1 else {
            throw .privateKeyMismatch(subject: subject)
        }
        guard unsafe SSL_CTX_use_PrivateKey(context.pointer, key) == 1 else {
            throw .certificateRefused(subject: subject, reason: OpenSSLErrors.takeText())
        }
    }
}

/// Reads one PEM block after the other.
@safe
struct PEMReader: ~Copyable {
    /// Holds the text while the BIO points into it.
    private let text: [UInt8]
    private let bio: OpaquePointer?

    init(_ text: [UInt8]) {
        self.text = text
        // The BIO gets a copy of its own: an array's address holds only during a call.
        unsafe bio = BIO_new(BIO_s_secmem())
        unsafe text.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let rest = min(bytes.count - written, 1 << 20)
                let count = unsafe BIO_write(bio, bytes.baseAddress! + written, CInt(rest))
                if count <= 0 { break }
                written += Int(count)
            }
        }
    }

    deinit {
        unsafe BIO_free_all(bio)
    }

    /// The next certificate, or nil.
    func nextCertificate() -> X509Certificate? {
        guard let certificate = unsafe PEM_read_bio_X509(bio, nil, Self.noPassphrase, nil) else { return nil }
        return unsafe X509Certificate(adopting: certificate)
    }

    /// The next private key, to be freed by the caller, or nil. Nobody is asked for a passphrase.
    func nextPrivateKey() -> OpaquePointer? {
        unsafe PEM_read_bio_PrivateKey(bio, nil, Self.noPassphrase, nil)
    }

    private static let noPassphrase:
        @convention(c) (UnsafeMutablePointer<CChar>?, CInt, CInt, UnsafeMutableRawPointer?) -> CInt =
            { _, _, _, _ in -1 }

    /// Whether reading stopped because there was nothing more, rather than something unreadable.
    static func reachedEnd() -> Bool {
        let code = ERR_peek_last_error()
        return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE
    }

    /// Whether reading stopped because a passphrase is needed.
    static func refusedPassphrase() -> Bool {
        while true {
            let code = ERR_get_error()
            if code == 0 { return false }
            if ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_BAD_PASSWORD_READ { return true }
        }
    }
}
