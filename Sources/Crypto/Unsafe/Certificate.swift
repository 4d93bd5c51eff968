import COpenSSL

/// An X.509 certificate, as development certificates are made of them.
@safe
final class Certificate {
    private let handle: OpaquePointer

    /// Takes over `handle`.
    @unsafe
    private init(adopting handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    deinit {
        unsafe X509_free(handle)
    }

    /// The certificate in a PEM text.
    convenience init(pem text: Span<UInt8>) throws(CryptoError) {
        defer { ERR_clear_error() }
        guard let source = unsafe PEM.source(text) else { throw .invalidKey }
        defer { unsafe BIO_free(source) }
        guard let handle = unsafe PEM_read_bio_X509(source, nil, COpenSSL_no_password, nil) else { throw .invalidKey }
        unsafe self.init(adopting: handle)
    }

    /// Makes and signs a certificate for the public part of `key`.
    ///
    /// - Parameter issuer: who signs; nil for a certificate that signs itself.
    convenience init(
        _ request: CertificateRequest, key: PrivateKey, issuer: CertifiedKey?
    ) throws(CryptoError) {
        defer { ERR_clear_error() }
        guard let handle = unsafe X509_new() else { throw .libraryFailure }
        // From here on the handle is freed with the instance.
        unsafe self.init(adopting: handle)
        let issuerHandle = unsafe issuer?.certificate.handle ?? handle
        let subject = unsafe X509_get_subject_name(handle)
        guard unsafe X509_set_version(handle, Int(X509_VERSION_3)) == 1,
            setSerialNumber(),
            unsafe ASN1_TIME_set(X509_getm_notBefore(handle), Int(request.notBefore)) != nil,
            unsafe ASN1_TIME_set(X509_getm_notAfter(handle), Int(request.notAfter)) != nil,
            unsafe X509_NAME_add_entry_by_txt(subject, "CN", Int32(MBSTRING_UTF8), request.commonName, -1, -1, 0) == 1,
            unsafe X509_set_issuer_name(handle, X509_get_subject_name(issuerHandle)) == 1,
            unsafe X509_set_pubkey(handle, key.handle) == 1
        else { throw .libraryFailure }
        for item in request.extensions {
            guard unsafe add(item, issuer: issuerHandle) else { throw .invalidName }
        }
        let signer = issuer?.key ?? key
        guard unsafe X509_sign(handle, signer.handle, HashAlgorithm.sha256.method) > 0 else { throw .libraryFailure }
    }

    /// The certificate in PEM.
    func pem() throws(CryptoError) -> String {
        unsafe try PEM.text { bio in unsafe PEM_write_bio_X509(bio, handle) == 1 }
    }

    /// Whether the certificate is for the public part of `key`.
    func matches(_ key: PrivateKey) -> Bool {
        defer { ERR_clear_error() }
        return unsafe X509_check_private_key(handle, key.handle) == 1
    }

    /// A random, positive number of 127 bits (RFC 5280 section 4.1.2.2).
    private func setSerialNumber() -> Bool {
        var bytes = SecureRandom.bytes(16)
        bytes[0] = bytes[0] & 0x7F | 0x40
        let number = unsafe bytes.withUnsafeBufferPointer { unsafe BN_bin2bn($0.baseAddress, 16, nil) }
        defer { unsafe BN_free(number) }
        return unsafe BN_to_ASN1_INTEGER(number, X509_get_serialNumber(handle)) != nil
    }

    @unsafe
    private func add(_ item: CertificateRequest.Extension, issuer: OpaquePointer) -> Bool {
        let kind: Int32 =
            switch item.kind {
            case .basicConstraints: NID_basic_constraints
            case .keyUsage: NID_key_usage
            case .extendedKeyUsage: NID_ext_key_usage
            case .subjectKeyIdentifier: NID_subject_key_identifier
            case .authorityKeyIdentifier: NID_authority_key_identifier
            case .subjectAlternativeName: NID_subject_alt_name
            }
        var context = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&context, issuer, handle, nil, nil, 0)
        guard let made = unsafe X509V3_EXT_conf_nid(nil, &context, kind, item.value) else { return false }
        defer { unsafe X509_EXTENSION_free(made) }
        return unsafe X509_add_ext(handle, made, -1) == 1
    }
}
