import Bytes
import HTTP
import Reactor
import Telemetry
import Transport

/// Serves a service over HTTP/1.1 on one event loop, to whose thread it belongs.
final class ServiceServer {
    private let loop: EventLoop
    private let service: Service
    private let listener: Listener
    private let worker: ServerWorker
    private let webSockets = WebSockets()
    private let stopped: Sleeper
    private var isStopping = false

    /// Starts to listen.
    /// - Throws: for example when the port is in use.
    init(_ service: Service, at address: SocketAddress, on loop: EventLoop, logger: Logger) throws(SystemError) {
        self.loop = loop
        self.service = service
        listener = try Listener(Listener.open(address, isShared: false), on: loop) { error in
            logger.error("connections cannot be accepted", ["error": "\(error)"])
        }
        var limits = ServerLimits()
        // A slash inside of a name, as in /categories/Audio%2FVideo, is data here.
        limits.head.allowsEncodedSlashes = true
        worker = ServerWorker(loop: loop, limits: limits) { [webSockets] exchange in
            await Self.answer(exchange, service, webSockets, now: loop.unixTime().seconds)
        }
        stopped = Sleeper(loop: loop)
        worker.onDrained = { [stopped] in stopped.wake() }
    }

    /// Where it listens: with the port that the kernel chose if 0 was asked for.
    var address: SocketAddress { listener.address }

    /// Accepts connections until `stop`.
    func run() {
        loop.spawn(with: self) { server in
            await server.listener.run { descriptor, peer in
                server.worker.serve(descriptor, from: peer, tls: nil)
            }
        }
        loop.spawn(with: self) { server in
            while !server.isStopping {
                await server.loop.sleep(for: 1_000_000_000)
                server.webSockets.tick(at: server.loop.now)
            }
        }
    }

    /// Accepts no more, lets requests finish, and cuts those that take longer than `patience`.
    /// - Returns: how many were cut.
    func stop(patience: Nanoseconds) async -> Int {
        listener.close()
        for stop in service.routes.stops { stop() }
        webSockets.stop()
        worker.drain()
        defer { isStopping = true }
        return await stopped.sleep(until: loop.now + patience) == .ready ? 0 : worker.cut()
    }

    /// Answers one exchange.
    private static func answer(_ exchange: Exchange, _ service: Service, _ webSockets: WebSockets, now: Int64) async {
        let isHead = exchange.request.method == .head
        let response: ServiceResponse
        switch await upgrade(exchange, service) {
        case .open(let route, let request)?:
            return await webSockets.serve(exchange, route.limits) { socket in
                await service.serve(socket, route, request)
            }
        case .refuse(let refusal)?: response = refusal
        case nil:
            do throws(Problem) {
                let request = try await exchange.readRequest(bodyLimit: Service.bodyLimit)
                response = await service.respond(to: request)
            } catch {
                response = error.response(to: exchange.requestWithoutBody())
            }
        }
        // A client that left needs no answer, and the connection ends by itself.
        try? await exchange.send(response, withBody: !isHead, at: now)
    }

    /// What becomes of a request for a WebSocket; nil for any other.
    private static func upgrade(_ exchange: Exchange, _ service: Service) async -> Service.Upgrade? {
        guard exchange.refusal == nil else { return nil }
        let wanted = UpgradeRequest(exchange.request, framing: exchange.requestFraming)
        return wanted == .none ? nil : await service.upgrade(exchange.requestWithoutBody(), wanted)
    }
}
