import COpenSSL

/// Owns an `SSL_CTX`, with the settings that servers and clients share.
@safe
final class ContextHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    /// AEAD with forward secrecy only. AES-128 first: its handshake hash, SHA-256, is the one that CPUs have
    /// instructions for.
    private static let cipherList =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:"
        + "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"
    private static let cipherSuites = "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384"
    private static let groups = "X25519:P-256:P-384"
    private static let signatureAlgorithms =
        "ECDSA+SHA256:rsa_pss_rsae_sha256:ed25519:RSA+SHA256:ECDSA+SHA384:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:"
        + "RSA+SHA384:RSA+SHA512:ECDSA+SHA512"

    init(method: OpaquePointer?, minimumVersion: TLSVersion) throws(TLSConfigurationError) {
        OpenSSLErrors.clear()
        guard let context = unsafe SSL_CTX_new(method) else { throw .library(reason: OpenSSLErrors.takeText()) }
        unsafe pointer = context
        let accepted =
            unsafe tls_context_set_minimum_version(context, CInt(minimumVersion.rawValue))
            && SSL_CTX_set_cipher_list(context, Self.cipherList) == 1
            && SSL_CTX_set_ciphersuites(context, Self.cipherSuites) == 1
            && tls_context_set_groups(context, Self.groups)
            && tls_context_set_signature_algorithms(context, Self.signatureAlgorithms)
        guard accepted else { throw .library(reason: OpenSSLErrors.takeText()) }
        // Without NO_AUTO_CHAIN each handshake would build the chain anew from the trust store.
        unsafe tls_context_set_modes(
            context,
            Int(
                SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS
                    | SSL_MODE_NO_AUTO_CHAIN))
        unsafe tls_context_set_options(context)
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }
}
