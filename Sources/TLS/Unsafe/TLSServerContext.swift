import Bytes
import COpenSSL

/// What the sessions of a listener share: certificates, versions, protocols, ticket keys. Immutable: certificates are
/// changed by making another context; sessions keep theirs.
@safe
public final class TLSServerContext: @unchecked Sendable {
    /// What the certificates say, in the order of the configuration.
    public let certificates: [CertificateSummary]

    /// One for each certificate. Sessions start with the first, and move when the client names another server.
    private let handles: [ContextHandle]
    private let names: ServerNameIndex
    private let applicationProtocols: [ApplicationProtocol]
    private let ticketKeys: TicketKeyRing?

    /// - Parameters:
    ///   - configuration: what to serve.
    ///   - ticketKeys: what session tickets are sealed with; nil when sessions shall not resume.
    public init(
        _ configuration: TLSServerConfiguration, ticketKeys: TicketKeyRing?
    ) throws(TLSConfigurationError) {
        guard !configuration.certificates.isEmpty else { throw .noCertificate }
        var handles: [ContextHandle] = []
        var certificates: [CertificateSummary] = []
        for (index, certificate) in configuration.certificates.enumerated() {
            let handle = try unsafe ContextHandle(
                method: TLS_server_method(), minimumVersion: configuration.minimumVersion)
            certificates.append(try CertificateLoader.load(certificate, at: index, into: handle))
            handles.append(handle)
        }
        self.handles = handles
        self.certificates = certificates
        names = ServerNameIndex(names: certificates.map(\.names))
        applicationProtocols = configuration.applicationProtocols
        self.ticketKeys = ticketKeys
        for handle in handles { configure(handle) }
    }

    /// The context that sessions start with.
    var initial: ContextHandle { handles[0] }

    private func configure(_ handle: ContextHandle) {
        let context = unsafe handle.pointer
        // Callbacks get an unretained self: every session holds on to the context that it was made of.
        let owner = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe tls_context_set_owner(context, owner)
        unsafe tls_context_on_server_name(context, answerServerName, owner)
        if !applicationProtocols.isEmpty { unsafe SSL_CTX_set_alpn_select_cb(context, answerProtocols, owner) }
        unsafe SSL_CTX_set_keylog_callback(context, keepSecret)
        unsafe tls_context_set_session_cache(context, Int(SSL_SESS_CACHE_OFF))
        guard ticketKeys != nil else {
            unsafe tls_context_disable_tickets(context)
            return
        }
        // A second ticket costs as much as the first, and only clients that open connections in parallel gain by it.
        _ = unsafe SSL_CTX_set_num_tickets(context, 1)
        _ = unsafe SSL_CTX_set_timeout(context, Int(TicketKeyRing.rotationInterval.components.seconds))
        _ = unsafe SSL_CTX_set_tlsext_ticket_key_evp_cb(context, answerTicketKey)
        // The same for all contexts, so that a session resumes on any of them.
        _ = unsafe SSL_CTX_set_session_id_context(context, [1], 1)
    }

    /// Whether a request for `host` is misdirected that comes over a session for `serverName`: there is a certificate for
    /// that host, and it is another one than the client has seen (RFC 9110, section 15.5.20).
    func isMisdirected(host: String, serverName: String) -> Bool {
        guard let own = names.match(host) else { return false }
        return own != names.index(for: serverName)
    }

    /// Moves a session to the certificate of the server that the client named.
    fileprivate func select(serverNamed name: String, for session: OpaquePointer) {
        let index = names.index(for: name)
        if index > 0 { _ = unsafe SSL_set_SSL_CTX(session, handles[index].pointer) }
    }

    /// Where the protocol to speak is in the client's list.
    fileprivate func selectProtocol(from offered: Span<UInt8>) -> Range<Int>? {
        applicationProtocols.firstOffered(in: offered)
    }

    /// Prepares the sealing of a new ticket.
    fileprivate func sealTicket(
        name: UnsafeMutablePointer<UInt8>, vector: UnsafeMutablePointer<UInt8>, cipher: OpaquePointer,
        mac: OpaquePointer
    ) -> TicketAnswer {
        guard let key = ticketKeys?.sealing else { return .noTicket }
        return unsafe key.prepareSealing(name: name, vector: vector, cipher: cipher, mac: mac) ? .use : .failed
    }

    /// Prepares the opening of a client's ticket. Clients of TLS 1.3 use a ticket once
    /// ([RFC 8446, section C.4](https://www.rfc-editor.org/rfc/rfc8446#appendix-C.4)): they always get another.
    fileprivate func openTicket(
        isSingleUse: Bool, name: UnsafePointer<UInt8>, vector: UnsafePointer<UInt8>, cipher: OpaquePointer,
        mac: OpaquePointer
    ) -> TicketAnswer {
        guard let (key, isCurrent) = unsafe ticketKeys?.opening(name: name) else { return .noTicket }
        guard unsafe key.prepareOpening(vector: vector, cipher: cipher, mac: mac) else { return .failed }
        return isCurrent && !isSingleUse ? .use : .useAndRenew
    }
}

/// What OpenSSL's ticket callback answers.
private enum TicketAnswer: CInt {
    case failed = -1
    case noTicket = 0
    case use = 1
    case useAndRenew = 2
}

private typealias NameCallback =
    @convention(c) (OpaquePointer?, UnsafeMutablePointer<CInt>?, UnsafeMutableRawPointer?) -> CInt
private typealias ProtocolCallback =
    @convention(c) (
        OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, UnsafeMutablePointer<UInt8>?,
        UnsafePointer<UInt8>?, CUnsignedInt, UnsafeMutableRawPointer?
    ) -> CInt
private typealias TicketCallback =
    @convention(c) (
        OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt8>?, OpaquePointer?, OpaquePointer?, CInt
    ) -> CInt

private let keepSecret: @convention(c) (OpaquePointer?, UnsafePointer<CChar>?) -> Void = { session, line in
    guard let line = unsafe line, let channel = unsafe tls_session_channel(session) else { return }
    unsafe TrafficSecrets.keep(Span(_unsafeStart: line, count: strlen(line)), in: channel)
}

private let answerServerName: NameCallback = { session, _, owner in
    guard let session = unsafe session, let owner = unsafe owner,
        let name = unsafe SSL_get_servername(session, TLSEXT_NAMETYPE_host_name)
    else { return SSL_TLSEXT_ERR_NOACK }
    let context = unsafe Unmanaged<TLSServerContext>.fromOpaque(owner).takeUnretainedValue()
    unsafe context.select(serverNamed: String(cString: name), for: session)
    return SSL_TLSEXT_ERR_OK
}

private let answerProtocols: ProtocolCallback = { _, chosen, chosenCount, offered, offeredCount, owner in
    guard let chosen = unsafe chosen, let chosenCount = unsafe chosenCount, let offered = unsafe offered,
        let owner = unsafe owner
    else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    let context = unsafe Unmanaged<TLSServerContext>.fromOpaque(owner).takeUnretainedValue()
    let list = unsafe Span(_unsafeStart: offered, count: Int(offeredCount))
    guard let range = context.selectProtocol(from: list) else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    unsafe chosen.pointee = unsafe offered + range.lowerBound
    unsafe chosenCount.pointee = UInt8(range.count)
    return SSL_TLSEXT_ERR_OK
}

private let answerTicketKey: TicketCallback = { session, name, vector, cipher, mac, isSealing in
    guard let name = unsafe name, let vector = unsafe vector, let cipher = unsafe cipher, let mac = unsafe mac,
        let owner = unsafe tls_session_owner(session)
    else { return TicketAnswer.failed.rawValue }
    let context = unsafe Unmanaged<TLSServerContext>.fromOpaque(owner).takeUnretainedValue()
    let answer =
        unsafe isSealing == 1
        ? context.sealTicket(name: name, vector: vector, cipher: cipher, mac: mac)
        : context.openTicket(
            isSingleUse: SSL_version(session) == TLS1_3_VERSION, name: name, vector: vector, cipher: cipher, mac: mac)
    return answer.rawValue
}
