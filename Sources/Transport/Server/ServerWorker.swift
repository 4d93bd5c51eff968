public import Bytes
public import Reactor
public import TLS

/// The server on one loop: its connections, and the buffers and exchanges that they borrow while they work.
public final class ServerWorker {
    /// The loop.
    public let loop: EventLoop
    /// Limits for connections that are accepted from now on.
    public var limits: ServerLimits
    /// Buffers of 16 KiB and a record's overhead, lent to whoever works.
    public let buffers = BufferPool(size: 17 * 1024, limit: 256)
    /// Connections end after their current request.
    public private(set) var isDraining = false
    /// Connections open now.
    public var connectionCount: Int { connections.count }
    /// Called when the last connection ended while draining.
    public var onDrained: (() -> Void)?

    let handle: (Exchange) async -> Void
    private var exchanges: [Exchange] = []
    private(set) var connections: [ObjectIdentifier: H1ServerConnection] = [:]

    /// - Parameter handle: answers one exchange; it runs on the loop, once per request.
    public init(loop: EventLoop, limits: ServerLimits, handle: @escaping (Exchange) async -> Void) {
        self.loop = loop
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
        let connection = H1ServerConnection(channel: channel, worker: self, peer: peer)
        connections[ObjectIdentifier(connection)] = connection
        loop.spawn(with: connection) { connection in
            await connection.run()
            connection.worker.didEnd(connection)
        }
    }

    private func didEnd(_ connection: H1ServerConnection) {
        connections[ObjectIdentifier(connection)] = nil
        if isDraining, connections.isEmpty { onDrained?() }
    }

    /// Lets connections finish what they do, and closes idle ones.
    public func drain() {
        isDraining = true
        for connection in connections.values { connection.closeIfIdle() }
        if connections.isEmpty { onDrained?() }
    }

    /// Closes every connection, whatever it does.
    /// - Returns: how many were cut while they were serving a request.
    public func cut() -> Int {
        var busy = 0
        for connection in connections.values {
            if !connection.isIdle { busy += 1 }
            connection.channel.close(abruptly: true)
        }
        return busy
    }

    func lendExchange() -> Exchange { exchanges.popLast() ?? Exchange() }

    func reclaim(_ exchange: Exchange) {
        exchange.reset()
        if exchanges.count < 256 { exchanges.append(exchange) }
    }
}
