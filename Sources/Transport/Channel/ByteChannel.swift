public import Bytes
internal import HTTP
public import Reactor
public import TLS

/// A connected stream of bytes, plain or under TLS, on one event loop.
///
/// Reads and writes are attempts that never wait; who wants to wait does so on the watcher. No buffer belongs to the
/// channel. Confined to its loop.
public final class ByteChannel {
    /// The descriptor and its readiness.
    public let watcher: Watcher
    /// Whether the bytes are protected by TLS.
    public let isSecure: Bool
    private let session: Cell<TLSSession?>
    /// Why the handshake failed. A peer that spoke HTTP where TLS was expected can still be told so, in plain text.
    public private(set) var handshakeFailure: TLSError?

    /// Whether a server has other certificates than the one that it has shown.
    private var hasOtherCertificates = false

    /// A channel over a plain socket.
    public init(plain watcher: Watcher) {
        self.watcher = watcher
        isSecure = false
        session = Cell(nil)
    }

    /// A channel that speaks TLS; `handshake` comes first.
    public init(_ watcher: Watcher, tls: consuming TLSSession) {
        self.watcher = watcher
        isSecure = true
        session = Cell(consume tls)
    }

    /// The TLS version and cipher suite in use, nil on a plain channel.
    public var security: ChannelSecurity? {
        guard isSecure else { return nil }
        return withTLS { session in
            ChannelSecurity(
                version: session.version, applicationProtocol: session.applicationProtocol, isResumed: session.isResumed
            )
        }
    }

    /// What ALPN agreed on; nil on a plain channel, and when the client offered nothing.
    public var applicationProtocol: ApplicationProtocol? {
        isSecure ? withTLS { session in session.applicationProtocol } : nil
    }

    /// Whether a request should have come over another connection: its certificate is another one.
    func isMisdirected(_ head: borrowing RequestHead) -> Bool {
        guard hasOtherCertificates, let authority = Authority(head.authority) else { return false }
        let host = head.authority.extracting(first: authority.hostLength)
        return withTLS { session in session.isMisdirected(host: host) }
    }

    /// Completes the TLS handshake, by `deadline`. Does nothing on a plain channel.
    public func handshake(until deadline: Instant) async throws(ChannelError) {
        guard isSecure else { return }
        while true {
            let step = withTLS { session in session.handshake() }
            switch step {
            case .done:
                hasOtherCertificates = withTLS { session in session.hasOtherCertificates }
                return
            case .wantsRead: try await wait(watcher.waitReadable(until: deadline))
            case .wantsWrite: try await wait(watcher.waitWritable(until: deadline))
            case .failed(let error):
                handshakeFailure = error
                throw .closed
            }
        }
    }

    /// Whether a read may bring something without waiting: epoll said so, or TLS holds bytes that it has received.
    public var mayHaveInput: Bool {
        watcher.isReadable || (isSecure && withTLS { session in session.mayHoldMore })
    }

    /// Reads once into `buffer`, which gets room for at least `room` bytes.
    public func read(into buffer: inout ByteBuffer, atLeast room: Int) -> ChannelStep {
        if !isSecure {
            switch watcher.read(into: &buffer, atLeast: room) {
            case .bytes(let count): return .bytes(count)
            case .wouldBlock: return .wantsRead
            case .end: return .end
            case .failed: return .failed
            }
        }
        lendReadiness()
        let step = session.value!.read(into: &buffer, upTo: room)
        takeReadiness()
        switch step {
        case .bytes(let count): return .bytes(count)
        case .wantsRead: return .wantsRead
        case .wantsWrite: return .wantsWrite
        // An end that the peer did not announce may be anyone's doing (RFC 9112, section 9.8).
        case .closed: return withTLS { session in session.isTruncated } ? .failed : .end
        case .failed: return .failed
        }
    }

    /// Writes what can be taken of `bytes` now. After a partial write the same remaining bytes come next.
    public func write(_ bytes: Span<UInt8>) -> ChannelStep {
        if !isSecure {
            switch watcher.write(bytes) {
            case .bytes(let count): return .bytes(count)
            case .wouldBlock: return .wantsWrite
            case .failed: return .failed
            }
        }
        lendReadiness()
        let step = session.value!.write(bytes)
        takeReadiness()
        switch step {
        case .bytes(let count): return .bytes(count)
        case .wantsWrite: return .wantsWrite
        case .wantsRead: return .wantsRead
        case .failed: return .failed
        }
    }

    /// Waits until the step that asked for it can be tried again.
    public func wait(after step: ChannelStep, until deadline: Instant) async throws(ChannelError) {
        if step == .wantsWrite {
            try await wait(watcher.waitWritable(until: deadline))
        } else {
            try await wait(watcher.waitReadable(until: deadline))
        }
    }

    /// Closes the connection: with a TLS close alert where the handshake was done, and with a reset where `abruptly`.
    public func close(abruptly: Bool = false) {
        guard !watcher.isClosed else { return }
        if abruptly {
            watcher.resetOnClose()
        } else if isSecure {
            withTLS { session in session.shutdown() }
        }
        watcher.close()
    }

    /// Reads and forgets what the peer still sends, encrypted or not. For a connection that is about to be closed.
    public func discard(into scratch: inout ByteBuffer) -> ChannelStep {
        scratch.removeAll()
        switch watcher.read(into: &scratch, atLeast: 4096) {
        case .bytes(let count): return .bytes(count)
        case .wouldBlock: return .wantsRead
        case .end: return .end
        case .failed: return .failed
        }
    }

    /// Lets the peer read the last that was sent before the connection goes away: closing with unread input would make the
    /// kernel send a reset, which can overtake it (RFC 9112, section 9.6).
    func linger(into scratch: inout ByteBuffer) async {
        shutdownWriting()
        let deadline = watcher.loop.now + 2_000_000_000
        var left = 4 * 1024 * 1024
        while left > 0 {
            let step = discard(into: &scratch)
            switch step {
            case .bytes(let count): left -= count
            case .wantsRead, .wantsWrite:
                do { try await wait(after: step, until: deadline) } catch { return }
            case .end, .failed: return
            }
        }
    }

    /// Tells the peer that nothing more comes; what it still sends can be discarded.
    public func shutdownWriting() {
        if isSecure { withTLS { session in session.shutdown() } }
        watcher.shutdownWriting()
    }

    private func withTLS<Result>(_ body: (inout TLSSession) -> Result) -> Result {
        lendReadiness()
        let result = body(&session.value!)
        takeReadiness()
        return result
    }

    /// TLS sits on the descriptor itself and heeds the same readiness.
    private func lendReadiness() {
        session.value!.isReadable = watcher.isReadable
        session.value!.isWritable = watcher.isWritable
        session.value!.isHangUpSeen = watcher.isHangup
    }

    private func takeReadiness() {
        watcher.isReadable = session.value!.isReadable
        watcher.isWritable = session.value!.isWritable
    }

    private func wait(_ wakeup: Wakeup) throws(ChannelError) {
        switch wakeup {
        case .ready: return
        case .timedOut: throw .timedOut
        case .interrupted: throw .interrupted
        }
    }
}

/// How a channel is protected.
public struct ChannelSecurity: Sendable {
    /// The TLS version.
    public let version: TLSVersion?
    /// What ALPN agreed on, nil when the client offered nothing.
    public let applicationProtocol: ApplicationProtocol?
    /// Whether an earlier session was resumed.
    public let isResumed: Bool
}
