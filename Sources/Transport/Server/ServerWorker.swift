public import Bytes
public import Reactor
public import TLS

/// The server on one loop: its connections, and the buffers and exchanges that they borrow while they work.
public final class ServerWorker {
    /// The loop.
    public let loop: EventLoop
    /// Limits for connections that are accepted from now on.
    public var limits: ServerLimits
    /// Buffers that are lent to whoever works.
    public let buffers: BufferPool
    /// A good size for them: one TLS record and its overhead.
    public static let bufferSize = 17 * 1024
    /// Connections end after their current request.
    public private(set) var isDraining = false
    /// Idle connections are closed.
    private(set) var isClosingIdle = false
    /// Connections open now.
    public var connectionCount: Int { connections.count }
    /// Called when no connection is left while draining.
    public var onDrained: (() -> Void)?
    /// Hears of each connection that comes (1) and goes (-1).
    public var onConnectionChange: ((Int) -> Void)?
    /// Hears of each rule of HTTP/2 that a client broke, and who it was.
    public var onMisconduct: ((H2Misconduct, SocketAddress) -> Void)?

    let handle: (Exchange) async -> Void
    private var exchanges: [Exchange] = []
    private(set) lazy var streams = H2StreamPool(loop: loop)
    private(set) lazy var streamTasks = StreamTasks(loop: loop, handle: handle)
    private(set) var connections: [ObjectIdentifier: ServerConnection] = [:]

    /// - Parameters:
    ///   - buffers: the loop's buffers, its own if not given.
    ///   - handle: answers one exchange; it runs on the loop, once per request.
    public init(
        loop: EventLoop, buffers: BufferPool? = nil, limits: ServerLimits, handle: @escaping (Exchange) async -> Void
    ) {
        self.loop = loop
        self.buffers = buffers ?? BufferPool(size: Self.bufferSize, limit: 256)
        self.limits = limits
        self.handle = handle
    }

    /// Serves an accepted connection, under TLS when a context is given.
    public func serve(_ descriptor: consuming Descriptor, from peer: SocketAddress, tls context: TLSServerContext?) {
        // A descriptor that epoll does not take is closed; the client sees that.
        guard let watcher = try? loop.watch(descriptor) else { return }
        let channel: ByteChannel
        if let context {
            guard let session = try? TLSSession(server: context, descriptor: watcher.descriptor) else {
                watcher.close()
                return
            }
            channel = ByteChannel(watcher, tls: session)
        } else {
            channel = ByteChannel(plain: watcher)
        }
        let connection = ServerConnection(channel: channel, worker: self, peer: peer)
        connections[ObjectIdentifier(connection)] = connection
        onConnectionChange?(1)
        loop.spawn(with: connection) { connection in
            await connection.run()
            connection.worker.didEnd(connection)
        }
    }

    private func didEnd(_ connection: ServerConnection) {
        connections[ObjectIdentifier(connection)] = nil
        onConnectionChange?(-1)
        if isDraining, connections.isEmpty { onDrained?() }
    }

    /// Announces the end: responses from now on are the last of their connections. Idle connections stay, for a request
    /// may be on its way on each of them.
    public func announceEnd() {
        isDraining = true
        for connection in connections.values { connection.announceEnd() }
    }

    /// Lets connections finish what they do, and closes idle ones.
    public func drain() {
        isDraining = true
        isClosingIdle = true
        for connection in connections.values { connection.closeIfIdle() }
        if connections.isEmpty { onDrained?() }
    }

    /// Closes every connection, whatever it does.
    /// - Returns: how many were cut while they were serving a request.
    public func cut() -> Int {
        var busy = 0
        for connection in connections.values {
            if !connection.isIdle { busy += 1 }
            connection.cut()
        }
        return busy
    }

    func lendExchange() -> Exchange { exchanges.popLast() ?? Exchange() }

    func reclaim(_ exchange: Exchange) {
        exchange.reset()
        if exchanges.count < 256 { exchanges.append(exchange) }
    }
}
