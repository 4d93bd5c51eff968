import Bytes
import Crypto
import Glibc
import HTTP
import Reactor
import TLS
import Testing

@testable import Transport

/// A server on a loop, with a handler that the test gives.
final class TestServer {
    let loop: EventLoop
    let worker: ServerWorker
    let address: SocketAddress
    let isSecure: Bool
    private let listener: Listener

    init(
        on loop: EventLoop, limits: ServerLimits = ServerLimits(), isSecure: Bool = false,
        handler: @escaping (Exchange) async -> Void
    ) throws {
        self.loop = loop
        self.isSecure = isSecure
        worker = ServerWorker(loop: loop, limits: limits, handle: handler)
        listener = try Listener(
            Listener.open(SocketAddress(ip: "127.0.0.1", port: 0)!, isShared: false), on: loop, onExhaustion: { _ in })
        address = listener.address
        let context = isSecure ? try TestCertificate.server([.http2, .http11]) : nil
        loop.spawn(with: self) { server in
            await server.listener.run { server.worker.serve($0, from: $1, tls: context) }
        }
    }

    func connect() async throws -> Peer {
        try await Peer.connect(to: address, on: loop, tls: isSecure ? TestCertificate.client : nil)
    }

    /// Stops, and expects that every connection ends with nothing left behind.
    func stop() async throws {
        listener.close()
        worker.drain()
        let worker = worker
        try await loop.until("the connections' end") { worker.connectionCount == 0 }
    }
}

/// Runs `body` against a server with `handler`, all on one loop.
func withServer(
    _ limits: ServerLimits = ServerLimits(), isSecure: Bool = false,
    handler: @escaping @Sendable (Exchange) async -> Void,
    _ body: @escaping @Sendable (TestServer) async throws -> Void
) async throws {
    try await onLoop { loop in
        let server = try TestServer(on: loop, limits: limits, isSecure: isSecure, handler: handler)
        do {
            try await body(server)
        } catch {
            _ = server.worker.cut()
            try await server.stop()
            throw error
        }
        try await server.stop()
    }
}

/// A certificate for localhost, and those who trust it.
enum TestCertificate {
    private static let made = try! DevelopmentCertificates.make(names: [.host("localhost")], now: Int64(time(nil)))
    private static let keys = try! TicketKeyRing(now: Instant(nanoseconds: 0))

    static func server(_ protocols: [ApplicationProtocol] = [.http11]) throws -> TLSServerContext {
        let certificate = TLSCertificate(chain: Array(made.certificate.utf8), privateKey: Array(made.key.utf8))
        return try TLSServerContext(
            TLSServerConfiguration(certificates: [certificate], applicationProtocols: protocols), ticketKeys: keys)
    }

    static let client = makeClient()

    /// A client that speaks HTTP/2.
    static let http2Client = makeClient([.http2])

    static func makeClient(_ protocols: [ApplicationProtocol] = [.http11]) -> TLSClientContext {
        try! TLSClientContext(
            TLSClientConfiguration(authorities: Array(made.authority.utf8), applicationProtocols: protocols))
    }
}
