import Bytes
import Foundation
import HTTP
import Reactor
import Synchronization
import Transport

@testable import ServiceKit

/// Stands in for the gateway's internal listener: answers as the path of a request says, and tells what it saw.
///
///     /echo      200 with what was asked, line by line
///     /status/N  that status
///     /large/N   N bytes, in chunks
///     /refused/R 503 of the gateway itself, for the reason R
///     /never     no answer
///     /abort     the connection ends instead of an answer, but not on the first request of a connection
final class LoopbackGateway: Sendable {
    let address: SocketAddress
    let loop: EventLoop
    private let server: LoopBound<Server>
    private let counts = Mutex((connections: 0, requests: 0))

    /// What lives on the loop.
    private final class Server {
        let listener: Listener
        var worker: ServerWorker?
        /// The requests that came on the connections of each client's port.
        var seen: [UInt16: Int] = [:]

        init(_ listener: Listener) { self.listener = listener }

        func run(_ gateway: LoopbackGateway) async {
            let worker = ServerWorker(loop: gateway.loop, limits: ServerLimits()) { [unowned self] exchange in
                await gateway.answer(exchange, self)
            }
            self.worker = worker
            await listener.run { descriptor, peer in
                gateway.counts.withLock { $0.connections += 1 }
                worker.serve(descriptor, from: peer, tls: nil)
            }
        }
    }

    init(_ address: SocketAddress = SocketAddress(ip: "127.0.0.1", port: 0)!) async throws {
        let loop = try EventLoop(index: 0)
        self.loop = loop
        loop.start()
        server = try await withCheckedThrowingContinuation { continuation in
            loop.spawn {
                continuation.resume(
                    with: Result {
                        let listener = try Listener(
                            Listener.open(address, isShared: false), on: loop, onExhaustion: { _ in })
                        return LoopBound(Server(listener), to: loop)
                    })
            }
        }
        self.address = await server.call { $0.listener.address }
        server.perform { await $0.run(self) }
    }

    /// Ends it; it serves until then.
    func stop() { loop.stop() }

    var connections: Int { counts.withLock { $0.connections } }
    var requests: Int { counts.withLock { $0.requests } }

    /// A client of it.
    func client(token: String = "own") -> ServiceClient {
        ServiceClient(to: address, on: loop, token: { token })
    }

    /// Ends all connections, as a gateway that starts anew.
    func cut() async {
        await server.call { server in _ = server.worker?.cut() }
    }

    private func answer(_ exchange: Exchange, _ server: Server) async {
        counts.withLock { $0.requests += 1 }
        let port = exchange.peer.port ?? 0
        server.seen[port, default: 0] += 1
        let path = exchange.request.path.text.split(separator: "/").map(String.init)
        let number = path.count > 1 ? Int(path[1]) ?? 0 : 0
        var body: [UInt8] = []
        switch path.first {
        case "echo": body = await echo(exchange)
        case "status": exchange.response.status = number
        case "large": body = [UInt8](repeating: 0x78, count: number)
        case "refused":
            exchange.response.status = 503
            exchange.response.fields.append(.xGatewayError, value: Array(path[1].utf8).span)
        case "never": return await loop.sleep(for: 3_600_000_000_000)
        case "abort" where server.seen[port, default: 0] > 1: return exchange.abort()
        default: break
        }
        do {
            let hasNone = exchange.response.status == 204
            exchange.sendHead(hasNone ? .none : path.first == "large" ? .stream : .length(UInt64(body.count)))
            var sent = 0
            while sent < body.count {
                sent += try exchange.offer(body.span.extracting(sent..<body.count))
                if sent < body.count { try await exchange.drain() }
            }
            try await exchange.end()
        } catch { exchange.abort() }
    }

    private func echo(_ exchange: Exchange) async -> [UInt8] {
        var text = "\(exchange.request.methodToken.text) \(exchange.request.path.text)"
        if let query = exchange.request.query { text += "?" + query.text }
        text += "\nhost: \(exchange.request.authority.text)\n"
        for index in 0..<exchange.request.fields.count {
            text += exchange.request.fields.name(at: index).text.lowercased() + ": "
            text += exchange.request.fields.value(at: index).text + "\n"
        }
        text += "\n"
        while let count = try? await exchange.receiveBody(), count > 0 {
            exchange.takeBody(count) { bytes in
                text += bytes.text
                return (bytes.count, ())
            }
        }
        return Array(text.utf8)
    }
}
