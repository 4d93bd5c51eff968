internal import Bytes
internal import HTTP
internal import Policy
internal import Reactor
internal import TLS
internal import Telemetry
internal import Transport

/// Everything of the gateway that lives on one loop: the worker, the servers behind its listeners, the listeners.
final class LoopUnit {
    let loop: EventLoop
    let worker: Worker
    /// Serves the public HTTPS listeners.
    let https: ServerWorker
    /// Serves the plain listeners, which only redirect.
    let http: ServerWorker
    private var tls: TLSServerContext
    private var listeners: [ListenAddress: Listener] = [:]
    private let logger: Logger

    init(loop: EventLoop, core: GatewayCore, accessLog: LogWriter?, tls: TLSServerContext) {
        self.loop = loop
        self.tls = tls
        logger = core.logger
        let limits = ServerLimits(core.box.snapshot.configuration)
        let buffers = BufferPool(size: ServerWorker.bufferSize, limit: 256)
        let worker = Worker(
            loop: loop, core: core, buffers: buffers, accessLog: accessLog.map(AccessLog.init(writer:)))
        self.worker = worker
        https = ServerWorker(loop: loop, buffers: buffers, limits: limits) { exchange in
            await Pipeline(worker: worker).handle(exchange)
        }
        http = ServerWorker(loop: loop, buffers: buffers, limits: limits) { exchange in
            await Redirect(worker: worker).handle(exchange)
        }
        count(https, as: "https", core.metrics)
        count(http, as: "http", core.metrics)
    }

    private func count(_ server: ServerWorker, as listener: String, _ metrics: GatewayMetrics) {
        let gauge = metrics.connections(listener: listener)
        let shard = loop.index
        server.onConnectionChange = { change in gauge.add(change, shard: shard) }
    }

    /// Starts the chores of the loop.
    func start() {
        loop.onIdle { [worker] in worker.flushIfDue() }
        loop.spawn(with: self) { unit in
            while true {
                await unit.loop.sleep(for: 1_000_000_000)
                unit.worker.tick()
            }
        }
    }

    /// Starts accepting on a listening socket.
    func listen(_ descriptor: consuming Descriptor, at address: ListenAddress, isSecure: Bool) {
        let logger = logger
        guard
            let listener = try? Listener(
                descriptor, on: loop,
                onExhaustion: { error in
                    logger.error("out of descriptors, accepting less", ["error": LogValue(error)])
                })
        else { return }
        listeners[address] = listener
        let limit = worker.snapshot.configuration.limits.connections
        loop.spawn(with: (self, listener)) { unit, listener in
            let server = isSecure ? unit.https : unit.http
            await listener.run { descriptor, peer in
                // Over the limit a connection is closed at once: its client can try elsewhere.
                if let limit, server.connectionCount >= limit { return }
                server.serve(descriptor, from: peer, tls: isSecure ? unit.tls : nil)
            }
        }
    }

    /// Stops accepting at an address; connections stay.
    func stopListening(at address: ListenAddress) {
        listeners.removeValue(forKey: address)?.close()
    }

    /// Stops accepting everywhere.
    func stopListening() {
        for address in Array(listeners.keys) { stopListening(at: address) }
    }

    /// Takes up another configuration: limits and certificates apply to connections that come from now on.
    func adopt(tls context: TLSServerContext, _ configuration: Configuration) {
        tls = context
        https.limits = ServerLimits(configuration)
        http.limits = https.limits
        worker.refresh()
    }

    /// Finishes what is in flight, until `deadline`; then cuts.
    /// - Returns: how many requests were cut.
    func drain(until deadline: Instant) async -> Int {
        https.drain()
        http.drain()
        while https.connectionCount + http.connectionCount > 0, loop.now < deadline {
            await loop.sleep(for: 10_000_000)
        }
        let cut = https.cut() + http.cut()
        worker.accessLog?.flush()
        return cut
    }
}

extension ServerLimits {
    /// The limits of a configuration.
    init(_ configuration: Configuration) {
        self.init()
        head.startLineBytes = configuration.limits.requestLineBytes
        head.fieldBytes = configuration.limits.headerBytes
        head.fieldCount = configuration.limits.headerCount
        head.allowsEncodedSlashes = configuration.allowsEncodedSlash
        headTimeout = configuration.timeouts.headerRead
        handshakeTimeout = configuration.timeouts.tlsHandshake
        keepAliveTimeout = configuration.timeouts.keepAliveIdle
        requestsPerConnection = configuration.limits.requestsPerConnection
        transfer.idleTimeout = configuration.timeouts.bodyIdle
        transfer.minimumRate = UInt64(configuration.limits.minimumBodyRate)
    }
}
