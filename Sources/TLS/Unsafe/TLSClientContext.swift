import COpenSSL

/// What the sessions to upstream servers share: whom to trust, what to show, and the sessions to resume.
@safe
public final class TLSClientContext: @unchecked Sendable {
    /// What our own certificate says, if there is one.
    public let certificate: CertificateSummary?

    let handle: ContextHandle
    let resumable = ResumableSessions()

    /// - Parameter configuration: whom to trust and what to offer.
    public init(_ configuration: TLSClientConfiguration) throws(TLSConfigurationError) {
        handle = try unsafe ContextHandle(method: TLS_client_method(), minimumVersion: configuration.minimumVersion)
        if let certificate = configuration.certificate {
            self.certificate = try CertificateLoader.load(certificate, at: 0, into: handle)
        } else {
            certificate = nil
        }
        let context = unsafe handle.pointer
        unsafe tls_context_set_read_ahead(context)
        unsafe SSL_CTX_set_verify(context, configuration.verifiesServers ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
        try unsafe Self.trust(configuration.authorities, in: context)
        let protocols = configuration.applicationProtocols.protocolNameList
        if !protocols.isEmpty, unsafe SSL_CTX_set_alpn_protos(context, protocols, CUnsignedInt(protocols.count)) != 0 {
            throw .library(reason: OpenSSLErrors.takeText())
        }
        // An unretained self is enough: every session holds on to the context that it was made of.
        unsafe tls_context_set_owner(context, Unmanaged.passUnretained(self).toOpaque())
        unsafe tls_context_set_session_cache(context, Int(SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL))
        unsafe SSL_CTX_sess_set_new_cb(context, keepSession)
    }

    private static func trust(_ authorities: [UInt8]?, in context: OpaquePointer) throws(TLSConfigurationError) {
        OpenSSLErrors.clear()
        defer { OpenSSLErrors.clear() }
        guard let authorities else {
            guard unsafe SSL_CTX_set_default_verify_paths(context) == 1 else { throw .authoritiesUnreadable }
            return
        }
        let store = unsafe SSL_CTX_get_cert_store(context)
        let reader = PEMReader(authorities)
        var count = 0
        while let authority = reader.nextCertificate() {
            guard unsafe X509_STORE_add_cert(store, authority.pointer) == 1 else { throw .authoritiesUnreadable }
            count += 1
        }
        guard count > 0, PEMReader.reachedEnd() else { throw .authoritiesUnreadable }
        // Whoever names a certificate trusts it, even when it is no root: a server's own can be pinned.
        _ = unsafe X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN))
    }
}

private let keepSession: @convention(c) (OpaquePointer?, OpaquePointer?) -> CInt = { session, resumable in
    guard let session = unsafe session, let resumable = unsafe resumable,
        let owner = unsafe tls_session_owner(session)
    else { return 0 }
    let context = unsafe Unmanaged<TLSClientContext>.fromOpaque(owner).takeUnretainedValue()
    return unsafe context.resumable.keep(resumable, of: session) ? 1 : 0
}
