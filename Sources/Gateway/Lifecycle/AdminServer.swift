internal import Bytes
internal import HTTP
internal import Reactor
internal import Telemetry
internal import Transport

/// The admin address: pages about the gateway, and the order to reload. Served by the first loop.
final class AdminServer {
    private let server: ServerWorker
    private let listener: Listener?

    init(_ sockets: Conductor.Opened, conductor: Conductor) {
        let loop = conductor.loop
        let worker = Worker(
            loop: loop, core: conductor.core, buffers: BufferPool(size: ServerWorker.bufferSize, limit: 8),
            accessLog: nil)
        server = ServerWorker(loop: loop, limits: ServerLimits()) { [unowned conductor] exchange in
            await AdminRequest(worker: worker, conductor: conductor).handle(exchange)
        }
        let logger = conductor.core.logger
        listener = sockets.take().flatMap { number in
            try? Listener(
                Descriptor(owning: number), on: loop,
                onExhaustion: { error in logger.error("out of descriptors", ["error": LogValue(error)]) })
        }
    }

    /// Starts accepting. On the loop.
    func start() {
        guard let listener else { return }
        server.loop.spawn(with: (server, listener)) { server, listener in
            await listener.run { descriptor, peer in server.serve(descriptor, from: peer, tls: nil) }
        }
    }

    func close() {
        listener?.close()
        server.drain()
    }
}

/// One request to the admin address.
struct AdminRequest {
    let worker: Worker
    let conductor: Conductor

    func handle(_ exchange: Exchange) async {
        worker.refresh()
        Identification.identify(&exchange.request.fields, using: &worker.random, scratch: &worker.scratch)
        do {
            try await answer(exchange)
        } catch {
            var context = RequestContext()
            await FailureWriter(worker: worker).write(error, to: exchange, &context)
        }
    }

    private func answer(_ exchange: Exchange) async throws(Failure) {
        if case .malformed(let error) = exchange.refusal { throw .malformed(error) }
        if exchange.refusal != nil { throw .headTimeout }
        if Self.isReload(exchange.request) {
            guard exchange.request.method == .post else { throw .methodNotAllowed(MethodSet(.post)) }
            // A page that a browser shows must not be able to order a reload.
            guard !exchange.request.fields.contains(.origin), isLocalHost(exchange.request) else {
                throw .corsForbidden
            }
            let isDryRun = Self.isDryRun(exchange.request)
            let report = await conductor.reload(reason: "POST /reload", isDryRun: isDryRun)
            try await worker.core.site.send(report.document, exchange, worker: worker)
            return
        }
        guard let page = AdminSite.Page(exchange.request) else { throw .routeNotFound }
        try await worker.core.site.answer(page, exchange, worker: worker)
    }

    private static func isReload(_ head: borrowing RequestHead) -> Bool { head.path.equals("/reload") }

    private static func isDryRun(_ head: borrowing RequestHead) -> Bool {
        guard let query = head.query else { return false }
        return query.equals("dryRun=1") || query.equals("dryRun=true")
    }

    /// Whether the client named this machine by an address or as localhost: a foreign name that resolves to it is an attack
    /// (DNS rebinding).
    private func isLocalHost(_ head: borrowing RequestHead) -> Bool {
        guard let authority = Authority(head.authority) else { return true }
        let host = head.authority.extracting(first: authority.hostLength)
        if host.equalsIgnoringCase("localhost") || host.isEmpty { return true }
        var text = host.text
        if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
        return InternetAddress(text) != nil
    }
}
