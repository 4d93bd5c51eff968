import COpenSSL

/// A public key that checks signatures. It never changes, and serves all threads at once.
@safe
public final class PublicKey: @unchecked Sendable {
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

    /// Whether `signature` is a signature of `message` under this key. A signature of another form or length, and a
    /// key that does not fit the scheme, give false.
    public func isValid(_ signature: Span<UInt8>, for message: Span<UInt8>, scheme: SignatureScheme) -> Bool {
        guard scheme.accepts(kind) else { return false }
        if case .ec(let curve) = kind {
            guard let encoded = ECDSASignature.encode(raw: signature, curve: curve) else { return false }
            return verify(encoded.span, for: message, scheme: scheme)
        }
        return verify(signature, for: message, scheme: scheme)
    }

    private func verify(_ signature: Span<UInt8>, for message: Span<UInt8>, scheme: SignatureScheme) -> Bool {
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer {
            unsafe EVP_MD_CTX_free(context)
            // A failure must not be found in this thread's queue by whoever asks OpenSSL next.
            ERR_clear_error()
        }
        var options: OpaquePointer?
        let method = unsafe scheme.hash.map { unsafe $0.method }
        guard unsafe EVP_DigestVerifyInit(context, &options, method, nil, handle) == 1,
            unsafe scheme.configure(options)
        else { return false }
        return unsafe signature.withUnsafeBufferPointer { signature in
            unsafe message.withUnsafeBufferPointer { message in
                unsafe EVP_DigestVerify(
                    context, signature.baseAddress, signature.count, message.baseAddress, message.count) == 1
            }
        }
    }
}

extension SignatureScheme {
    /// Sets what the scheme needs beside its hash.
    @unsafe
    func configure(_ options: OpaquePointer?) -> Bool {
        guard case .rsaPSS = self else { return true }
        return unsafe EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1
            && EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1
    }
}

extension KeyKind {
    /// The largest RSA modulus: beyond it one check takes too long to be worth the security.
    static let largestModulus = 8192

    /// The kind of an OpenSSL key.
    @unsafe
    init(of handle: OpaquePointer) throws(CryptoError) {
        switch unsafe EVP_PKEY_get_id(handle) {
        case EVP_PKEY_RSA:
            let bits = unsafe Int(EVP_PKEY_get_bits(handle))
            guard bits <= Self.largestModulus else { throw .unsupportedKey }
            self = .rsa(bits: bits)
        case EVP_PKEY_EC:
            var name = [CChar](repeating: 0, count: 80)
            var length = 0
            guard unsafe EVP_PKEY_get_group_name(handle, &name, name.count, &length) == 1 else {
                ERR_clear_error()
                throw .unsupportedKey
            }
            let group = String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard let curve = Curve.allCases.first(where: { $0.groupName == group }) else { throw .unsupportedKey }
            self = .ec(curve)
        case EVP_PKEY_ED25519: self = .ed25519
        case EVP_PKEY_ED448: self = .ed448
        default: throw .unsupportedKey
        }
    }
}
