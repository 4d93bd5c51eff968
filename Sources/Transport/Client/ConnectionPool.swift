public import Bytes
public import HTTP
public import Reactor
internal import TLS

/// The upstream connections of one loop, kept alive between requests.
public final class ConnectionPool {
    let loop: EventLoop
    let buffers: BufferPool
    private var state: PoolState<H1ClientConnection>
    let headLimits: HeadLimits
    /// The endpoints that speak HTTP/2, by number.
    var multiplexed: [Int: H2Endpoint] = [:]
    private(set) lazy var streams = H2StreamPool(loop: loop)
    /// Connections open now, idle or not.
    public internal(set) var openCount = 0

    /// - Parameters:
    ///   - limit: idle connections kept per endpoint.
    ///   - idleTimeout: how long one is kept.
    public init(
        loop: EventLoop, buffers: BufferPool, limit: Int = 256, idleTimeout: Nanoseconds = 60_000_000_000,
        headLimits: HeadLimits = HeadLimits()
    ) {
        self.loop = loop
        self.buffers = buffers
        self.headLimits = headLimits
        state = PoolState(limits: PoolLimits(connections: limit, idleTimeout: idleTimeout))
    }

    /// A connection that rests, without waiting; nil when there is none that is fit.
    /// - Parameter key: the endpoint's number.
    public func takeIdle(_ key: Int) -> H1ClientConnection? {
        while let connection = state.take(key) {
            if connection.isFit { return connection }
            discard(connection)
        }
        return nil
    }

    /// A new HTTP/1.1 connection to `target`, with its TLS handshake done.
    /// - Parameter onStart: receives the watcher while the connection comes about.
    public func connect(
        _ target: UpstreamTarget, until deadline: Instant, onStart: (Waiter) -> Void = { _ in }
    ) async throws(UpstreamError) -> H1ClientConnection {
        let channel = try await openChannel(target, until: deadline, onStart: onStart)
        openCount += 1
        return H1ClientConnection(channel: channel, key: target.key, buffers: buffers, limits: headLimits)
    }

    /// A channel to `target`, with its TLS handshake done.
    func openChannel(
        _ target: UpstreamTarget, until deadline: Instant, onStart: (Waiter) -> Void
    ) async throws(UpstreamError) -> ByteChannel {
        let watcher: Watcher
        do {
            watcher = try await Connector.connect(to: target.address, on: loop, until: deadline, onStart: onStart)
        } catch {
            throw .connect(error)
        }
        guard let context = target.tls else { return ByteChannel(plain: watcher) }
        let channel: ByteChannel
        do {
            let session = try TLSSession(
                client: context, hostname: target.serverName ?? "", descriptor: watcher.descriptor)
            channel = ByteChannel(watcher, tls: session)
        } catch {
            watcher.close()
            throw .tls(error)
        }
        onStart(watcher)
        do {
            try await channel.handshake(until: deadline)
        } catch {
            watcher.close()
            switch error {
            case .closed: throw .tls(channel.handshakeFailure ?? .closedInHandshake)
            case .timedOut: throw .connect(.timedOut)
            case .interrupted: throw .connect(.interrupted)
            }
        }
        return channel
    }

    /// Takes a connection back: to rest if it can serve another request, else to be closed.
    public func release(_ connection: H1ClientConnection) {
        if connection.finish(), state.put(connection, for: connection.key, at: loop.now) { return }
        discard(connection)
    }

    /// Closes a connection whose exchange did not end well.
    public func discard(_ connection: H1ClientConnection) {
        openCount -= 1
        connection.close()
    }

    /// Closes connections that have rested too long or that their upstream has closed. Called about once a second.
    public func sweep() {
        for connection in state.sweep(at: loop.now, isDead: { !$0.isFit }) { discard(connection) }
        for (key, endpoint) in multiplexed {
            let patience = state.limits(of: key).idleTimeout
            for connection in endpoint.connections where connection.isIdle(for: patience) { connection.retire() }
        }
    }

    /// Goes by the limits of the endpoints that there are, by number, and closes the idle connections of all others.
    public func adopt(_ limits: [Int: PoolLimits]) {
        for connection in state.adopt(limits) { discard(connection) }
        for key in multiplexed.keys where limits[key] == nil { retire(key) }
    }

    /// Closes the idle connections of an endpoint that is gone, or all.
    public func closeIdle(of key: Int? = nil) {
        for connection in state.removeAll(of: key) { discard(connection) }
        for each in Array(multiplexed.keys) where key == nil || key == each { retire(each) }
    }

    /// Lets the streams to an endpoint end, and then their connections.
    private func retire(_ key: Int) {
        multiplexed.removeValue(forKey: key)?.retire()
    }
}
