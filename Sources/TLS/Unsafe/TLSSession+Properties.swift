import Bytes
import COpenSSL

/// What a handshake settled: kept when its `SSL` is gone.
@safe
struct SessionFacts {
    var applicationProtocol: ApplicationProtocol?
    var version: TLSVersion?
    var serverName: String?
    var isResumed = false
    /// In a table of OpenSSL's that lasts as long as the process.
    private var cipher: OpaquePointer?

    init() {}

    @unsafe
    init(_ session: OpaquePointer) {
        var name: UnsafePointer<UInt8>?
        var count: CUnsignedInt = 0
        unsafe SSL_get0_alpn_selected(session, &name, &count)
        if let name = unsafe name, count > 0 {
            applicationProtocol = unsafe ApplicationProtocol(Span(_unsafeStart: name, count: Int(count)))
        }
        version = unsafe TLSVersion(rawValue: Int(SSL_version(session)))
        if let name = unsafe SSL_get_servername(session, TLSEXT_NAMETYPE_host_name) {
            serverName = unsafe String(cString: name)
        }
        isResumed = unsafe SSL_session_reused(session) == 1
        unsafe cipher = SSL_get_current_cipher(session)
    }

    var cipherName: String? {
        guard let cipher = unsafe cipher, let name = unsafe SSL_CIPHER_standard_name(cipher) else { return nil }
        return unsafe String(cString: name)
    }
}

/// All of these are known after the handshake.
extension TLSSession {
    /// What both sides agreed to speak; nil when nothing was negotiated.
    public var applicationProtocol: ApplicationProtocol? { facts.applicationProtocol }

    /// The version that both sides agreed on.
    public var version: TLSVersion? { facts.version }

    /// The cipher suite in its registered spelling.
    public var cipherName: String? { facts.cipherName }

    /// The name that the client asked for ([RFC 6066, section 3](https://www.rfc-editor.org/rfc/rfc6066#section-3)).
    public var serverName: String? { facts.serverName }

    /// Whether the server has other certificates than the one that the client has seen.
    public var hasOtherCertificates: Bool { facts.serverName != nil && choices != nil }

    /// Whether a request for `host` should have come over another session, one whose certificate is for that host: clients
    /// send requests for several hosts over one HTTP/2 connection where they believe that its server serves them all.
    public func isMisdirected(host: Span<UInt8>) -> Bool {
        guard let serverName = facts.serverName, let choices else { return false }
        if host.equalsIgnoringCase(serverName.utf8.span) { return false }
        return choices.isMisdirected(host: String(decoding: host.array, as: UTF8.self), serverName: serverName)
    }

    /// Whether the handshake continued an earlier session instead of proving a certificate.
    public var isResumed: Bool { facts.isResumed }
}
