import COpenSSL

/// One TLS connection over a non-blocking stream socket that the caller owns, watches edge-triggered, and closes after
/// the session is gone.
///
/// The caller sets `isReadable` and `isWritable` when the event loop says so; the session clears them when the kernel's
/// queue ran empty or full, and makes no system call before they are set again. A step that wants something is
/// repeated after the event; every other step may be followed by the next at once.
@safe
public struct TLSSession: ~Copyable {
    enum Phase: Equatable {
        case handshake
        case open
        /// The peer sends no more; we still may.
        case readClosed
        /// We sent our last word.
        case closed
        case failed(TLSError)

        var isFailed: Bool {
            if case .failed = self { true } else { false }
        }
    }

    private nonisolated(unsafe) static let bioMethod = unsafe tls_bio_method_new()

    /// OpenSSL's part: the handshake, and everything after it but for servers that speak TLS 1.3.
    var session: OpaquePointer?
    /// What takes the place of `session` then.
    var records: RecordStream?
    let channel: UnsafeMutablePointer<tls_channel>
    /// Keeps what callbacks refer to.
    var context: AnyObject?
    var phase = Phase.handshake
    var facts = SessionFacts()
    /// Where a server chose its certificate, if it had a choice.
    let choices: TLSServerContext?

    /// Whether the peer's bytes ended without its saying so. A message that ends with the connection is not to be
    /// trusted then ([RFC 9112, section 9.8](https://www.rfc-editor.org/rfc/rfc9112#section-9.8)).
    public internal(set) var isTruncated = false

    /// A session that answers a client.
    public init(server: TLSServerContext, descriptor: CInt) throws(TLSError) {
        let (session, channel) = try unsafe Self.make(server.initial, descriptor)
        unsafe (self.session, self.channel) = unsafe (session, channel)
        context = server
        choices = server.certificates.count > 1 ? server : nil
        // Whatever follows the handshake stays out of OpenSSL's hands.
        unsafe channel.pointee.reads_ahead = true
        unsafe SSL_set_accept_state(session)
    }

    /// A session with a server.
    ///
    /// - Parameter hostname: the host name or address that the server's certificate must be for.
    public init(client: TLSClientContext, hostname: String, descriptor: CInt) throws(TLSError) {
        let (session, channel) = try unsafe Self.make(client.handle, descriptor, hostname: hostname)
        unsafe (self.session, self.channel) = unsafe (session, channel)
        context = client
        choices = nil
        unsafe SSL_set_connect_state(session)
        unsafe client.resumable.resume(session, serverNamed: hostname)
    }

    @unsafe
    private static func make(
        _ context: ContextHandle, _ descriptor: CInt, hostname: String? = nil
    ) throws(TLSError) -> (OpaquePointer, UnsafeMutablePointer<tls_channel>) {
        OpenSSLErrors.clear()
        guard let session = unsafe SSL_new(context.pointer) else { throw .library(code: OpenSSLErrors.take()) }
        if let hostname, unsafe !require(hostname, of: session) {
            unsafe SSL_free(session)
            OpenSSLErrors.clear()
            throw .invalidHostname
        }
        let channel = unsafe tls_channel_new(descriptor)
        guard let channel = unsafe channel, unsafe tls_channel_attach(channel, session, bioMethod) else {
            unsafe tls_channel_free(channel)
            unsafe SSL_free(session)
            throw .library(code: OpenSSLErrors.take())
        }
        return unsafe (session, channel)
    }

    /// Lets only a certificate for `hostname` pass. Answers whether that is a name at all.
    private static func require(_ hostname: String, of session: OpaquePointer) -> Bool {
        // OpenSSL takes a leading dot as: any name below.
        guard !hostname.isEmpty, !hostname.hasPrefix("."), !hostname.utf8.contains(0) else { return false }
        // An address is no server name (RFC 6066, section 3).
        if unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), hostname) == 1 { return true }
        OpenSSLErrors.clear()
        return unsafe SSL_set1_host(session, hostname) == 1 && tls_session_set_server_name(session, hostname)
    }

    deinit {
        unsafe Self.free(session, isFailed: phase.isFailed)
        unsafe tls_channel_free(channel)
    }

    /// Frees an `SSL`.
    @unsafe
    static func free(_ session: OpaquePointer?, isFailed: Bool) {
        guard let session = unsafe session else { return }
        // A session that ends without goodbye may be resumed all the same; OpenSSL would forbid it.
        if !isFailed { unsafe SSL_set_shutdown(session, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN) }
        unsafe SSL_free(session)
    }

    /// Whether a read from the descriptor is worth trying.
    public var isReadable: Bool {
        get { unsafe channel.pointee.readable }
        set { unsafe channel.pointee.readable = newValue }
    }

    /// Whether a write to the descriptor is worth trying.
    public var isWritable: Bool {
        get { unsafe channel.pointee.writable }
        set { unsafe channel.pointee.writable = newValue }
    }

    /// Whether the event loop saw the peer's end of stream (EPOLLRDHUP). To be set with `isReadable`: a short read no
    /// longer means that nothing is left, for no further edge will tell of the end.
    public var isHangUpSeen: Bool {
        get { unsafe channel.pointee.hang_up }
        set { unsafe channel.pointee.hang_up = newValue }
    }
}
