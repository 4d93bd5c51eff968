import COpenSSL

/// A private key that makes signatures. It never changes, serves all threads at once, and never prints itself.
@safe
public final class PrivateKey: @unchecked Sendable {
    /// What the key is.
    public let kind: KeyKind
    let handle: OpaquePointer

    /// Takes over `handle`, and frees it also when it throws.
    @unsafe
    init(adopting handle: OpaquePointer) throws(CryptoError) {
        do throws(CryptoError) {
            kind = unsafe try KeyKind(of: handle)
            unsafe self.handle = handle
        } catch {
            unsafe EVP_PKEY_free(handle)
            throw error
        }
    }

    deinit {
        unsafe EVP_PKEY_free(handle)
    }

    /// The first private key in a PEM text, in PKCS#8 or a traditional form. Encrypted keys are refused.
    public convenience init(pem text: Span<UInt8>) throws(CryptoError) {
        defer { ERR_clear_error() }
        guard let source = unsafe PEM.source(text) else { throw .invalidKey }
        defer { unsafe BIO_free(source) }
        guard let handle = unsafe PEM_read_bio_PrivateKey(source, nil, COpenSSL_no_password, nil) else {
            throw .invalidKey
        }
        unsafe try self.init(adopting: handle)
    }

    /// A new key. An RSA key takes a second or so.
    public static func generate(_ kind: KeyKind) throws(CryptoError) -> PrivateKey {
        defer { ERR_clear_error() }
        let handle: OpaquePointer?
        switch kind {
        case .rsa(let bits):
            guard (2048...KeyKind.largestModulus).contains(bits) else { throw .unsupportedKey }
            unsafe handle = COpenSSL_generate_rsa(bits)
        case .ec(let curve): unsafe handle = COpenSSL_generate_ec(curve.groupName)
        case .ed25519: unsafe handle = COpenSSL_generate("ED25519")
        case .ed448: unsafe handle = COpenSSL_generate("ED448")
        }
        guard let handle = unsafe handle else { throw .libraryFailure }
        return unsafe try PrivateKey(adopting: handle)
    }

    /// The key that checks this key's signatures, without the private part.
    public func publicKey() throws(CryptoError) -> PublicKey {
        defer { ERR_clear_error() }
        var encoded: UnsafeMutablePointer<UInt8>?
        let length = unsafe i2d_PUBKEY(handle, &encoded)
        guard length > 0 else { throw .libraryFailure }
        defer { unsafe COpenSSL_free(encoded) }
        var input = unsafe UnsafePointer(encoded)
        guard let copy = unsafe d2i_PUBKEY(nil, &input, Int(length)) else { throw .libraryFailure }
        return unsafe try PublicKey(adopting: copy)
    }

    /// The key as PKCS#8 in PEM, unencrypted: for a file that only its owner reads.
    public func pem() throws(CryptoError) -> String {
        unsafe try PEM.text { bio in unsafe PEM_write_bio_PKCS8PrivateKey(bio, handle, nil, nil, 0, nil, nil) == 1 }
    }

    /// A signature of `message`.
    ///
    /// - Throws: `wrongKeyType` when the key does not fit the scheme.
    public func sign(_ message: Span<UInt8>, scheme: SignatureScheme) throws(CryptoError) -> [UInt8] {
        guard scheme.accepts(kind) else { throw .wrongKeyType }
        defer { ERR_clear_error() }
        guard let context = unsafe EVP_MD_CTX_new() else { throw .libraryFailure }
        defer { unsafe EVP_MD_CTX_free(context) }
        var options: OpaquePointer?
        let method = unsafe scheme.hash.map { unsafe $0.method }
        guard unsafe EVP_DigestSignInit(context, &options, method, nil, handle) == 1,
            unsafe scheme.configure(options)
        else { throw .libraryFailure }
        let size = unsafe Int(EVP_PKEY_get_size(handle))
        let signature = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, written in
            var length = size
            let done = unsafe message.withUnsafeBufferPointer { message in
                unsafe EVP_DigestSign(context, buffer.baseAddress, &length, message.baseAddress, message.count)
            }
            written = done == 1 ? length : 0
        }
        guard !signature.isEmpty else { throw .libraryFailure }
        guard case .ec(let curve) = kind else { return signature }
        guard let raw = ECDSASignature.raw(fromEncoded: signature, curve: curve) else { throw .libraryFailure }
        return raw
    }
}
