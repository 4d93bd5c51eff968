internal import Bytes
internal import HTTP
internal import Policy
internal import Reactor
internal import Synchronization
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
    /// Serves the listener for our own services.
    let `internal`: ServerWorker
    private var tls: TLSServerContext
    private var listeners: [Place: Listener] = [:]
    private let logger: Logger

    /// Where is listened, and for what.
    struct Place: Hashable {
        let address: ListenAddress
        let purpose: Purpose
    }

    /// For what is listened.
    enum Purpose {
        case https
        case http
        case `internal`
    }

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
        `internal` = ServerWorker(loop: loop, buffers: buffers, limits: limits.forServices) { exchange in
            await Pipeline(worker: worker, entrance: .internal).handle(exchange)
        }
        count(https, as: "https", core.metrics)
        count(http, as: "http", core.metrics)
        // Those do not fill up the room that is there for clients.
        let gauge = core.metrics.connections(listener: "internal")
        `internal`.onConnectionChange = { gauge.add($0, shard: loop.index) }
        MisconductWatch(loop: loop, core: core).watch(https)
    }

    private func count(_ server: ServerWorker, as listener: String, _ metrics: GatewayMetrics) {
        let gauge = metrics.connections(listener: listener)
        let (shard, total) = (loop.index, worker.core.connections)
        server.onConnectionChange = { change in
            gauge.add(change, shard: shard)
            total.count.add(change, ordering: .relaxed)
        }
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
    func listen(_ descriptor: consuming Descriptor, at place: Place) {
        let logger = logger
        guard
            let listener = try? Listener(
                descriptor, on: loop,
                onExhaustion: { error in
                    logger.error("out of descriptors, accepting less", ["error": LogValue(error)])
                })
        else { return }
        listeners[place] = listener
        loop.spawn(with: (self, listener)) { unit, listener in
            await listener.run { descriptor, peer in unit.serve(descriptor, from: peer, as: place.purpose) }
        }
    }

    private func serve(_ descriptor: consuming Descriptor, from peer: SocketAddress, as purpose: Purpose) {
        if purpose == .internal { return `internal`.serve(descriptor, from: peer, tls: nil) }
        // Over the limit a connection is closed at once: its client can try elsewhere.
        if isFull { return }
        switch purpose {
        case .https: https.serve(descriptor, from: peer, tls: tls)
        case .http, .internal: http.serve(descriptor, from: peer, tls: nil)
        }
    }

    /// Whether all loops together have as many connections as they may.
    private var isFull: Bool {
        guard let limit = worker.snapshot.configuration.limits.connections else { return false }
        return worker.core.connections.count.load(ordering: .relaxed) >= limit
    }

    /// Stops accepting at a place; connections stay.
    func stopListening(at place: Place) {
        listeners.removeValue(forKey: place)?.close()
    }

    /// Stops accepting clients.
    func stopListening() {
        for place in Array(listeners.keys) where place.purpose != .internal { stopListening(at: place) }
    }

    /// Takes up another configuration: limits and certificates apply to connections that come from now on.
    func adopt(tls context: TLSServerContext, _ configuration: Configuration) {
        tls = context
        https.limits = ServerLimits(configuration)
        http.limits = https.limits
        `internal`.limits = https.limits.forServices
        worker.refresh()
    }

    /// Tells clients with every response to come back on another connection.
    func announceEnd() {
        https.announceEnd()
        http.announceEnd()
    }

    /// Finishes what is in flight, until `deadline`; then cuts.
    /// - Returns: how many requests were cut.
    func drain(until deadline: Instant) async -> Int {
        announceEnd()
        worker.tunnels.drain()
        // On an idle connection a request may be on its way: it is answered, and the answer says that it is the last.
        await waitUntilEmpty(until: min(deadline, loop.now + 1_000_000_000))
        https.drain()
        http.drain()
        await waitUntilEmpty(until: deadline)
        let cut = https.cut() + http.cut()
        // Those that were cut have their line in the log too.
        await waitUntilEmpty(until: loop.now + 1_000_000_000)
        worker.accessLog?.flush()
        return cut
    }

    /// Ends the requests between services, once there are no clients any more whom they could be for.
    func closeInternal() {
        for place in Array(listeners.keys) { stopListening(at: place) }
        `internal`.drain()
    }

    private func waitUntilEmpty(until deadline: Instant) async {
        while https.connectionCount + http.connectionCount > 0, loop.now < deadline {
            await loop.sleep(for: 10_000_000)
        }
    }
}

extension ServerLimits {
    /// The same for requests between services, whose paths are their own affair.
    var forServices: ServerLimits {
        var limits = self
        limits.head.allowsEncodedSlashes = true
        return limits
    }

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
        http2.maxConcurrentStreams = UInt32(configuration.limits.http2Streams)
        http2.initialWindow = UInt32(configuration.limits.http2StreamWindow)
        http2.connectionWindow = UInt32(configuration.limits.http2ConnectionWindow)
        http2Guards = configuration.limits.http2
        http2.maxHeaderListSize = UInt32(clamping: configuration.limits.headerBytes)
        transfer.idleTimeout = configuration.timeouts.bodyIdle
        transfer.minimumRate = UInt64(configuration.limits.minimumBodyRate)
    }
}
