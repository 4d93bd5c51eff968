import COpenSSL

extension TLSSession {
    /// What both sides agreed to speak; nil when nothing was negotiated. Known after the handshake.
    public var applicationProtocol: ApplicationProtocol? {
        var name: UnsafePointer<UInt8>?
        var count: CUnsignedInt = 0
        unsafe SSL_get0_alpn_selected(session, &name, &count)
        guard let name = unsafe name, count > 0 else { return nil }
        return unsafe ApplicationProtocol(Span(_unsafeStart: name, count: Int(count)))
    }

    /// The version that both sides agreed on. Known after the handshake.
    public var version: TLSVersion? { unsafe TLSVersion(rawValue: Int(SSL_version(session))) }

    /// The cipher suite in its registered spelling. Known after the handshake.
    public var cipherName: String? {
        guard let cipher = unsafe SSL_get_current_cipher(session), let name = unsafe SSL_CIPHER_standard_name(cipher)
        else { return nil }
        return unsafe String(cString: name)
    }

    /// The name that the client asked for ([RFC 6066, section 3](https://www.rfc-editor.org/rfc/rfc6066#section-3)).
    public var serverName: String? {
        guard let name = unsafe SSL_get_servername(session, TLSEXT_NAMETYPE_host_name) else { return nil }
        return unsafe String(cString: name)
    }

    /// Whether the handshake continued an earlier session instead of proving a certificate.
    public var isResumed: Bool { unsafe SSL_session_reused(session) == 1 }
}
