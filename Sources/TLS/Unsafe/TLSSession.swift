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
    }

    private nonisolated(unsafe) static let channelMethod = unsafe tls_channel_method_new()

    let session: OpaquePointer
    let channel: UnsafeMutablePointer<tls_channel>
    /// Keeps what callbacks refer to.
    private let context: AnyObject
    var phase = Phase.handshake

    /// Whether the peer's bytes ended without its saying so. A message that ends with the connection is not to be
    /// trusted then ([RFC 9112, section 9.8](https://www.rfc-editor.org/rfc/rfc9112#section-9.8)).
    public internal(set) var isTruncated = false

    /// A session that answers a client.
    public init(server: TLSServerContext, descriptor: CInt) throws(TLSError) {
        (unsafe session, unsafe channel) = try unsafe Self.make(server.initial, descriptor)
        context = server
        unsafe SSL_set_accept_state(session)
    }

    /// A session with a server.
    ///
    /// - Parameter hostname: the host name or address that the server's certificate must be for.
    public init(client: TLSClientContext, hostname: String, descriptor: CInt) throws(TLSError) {
        (unsafe session, unsafe channel) = try unsafe Self.make(client.handle, descriptor, hostname: hostname)
        context = client
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
        guard let channel = unsafe tls_channel_attach(session, channelMethod, descriptor) else {
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
        // A session that ends without goodbye may be resumed all the same; OpenSSL would forbid it.
        if case .failed = phase {} else { unsafe SSL_set_shutdown(session, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN) }
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
