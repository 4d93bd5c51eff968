import Bytes
import Crypto
import Foundation
import HTTP
import Policy
import Reactor
import TLS
import Telemetry
import Testing
import Transport

@testable import Gateway

/// The pipeline of one loop behind a listener, in front of an upstream that does what the test says.
final class TestGateway: @unchecked Sendable {
    let loop: EventLoop
    let core: GatewayCore
    let worker: Worker
    let server: ServerWorker
    let upstream: ScriptedUpstream
    private let listener: Listener
    private let accessLog: LogWriter
    private let folder: String
    private let builder: SnapshotBuilder

    /// - Parameters:
    ///   - configuration: of which `UPSTREAM` becomes the upstream's address.
    ///   - isSecure: whether clients speak TLS, and HTTP/2 if they like.
    ///   - entrance: for whom its listener is.
    ///   - script: what the upstream does with each connection.
    init(
        _ configuration: String, on loop: EventLoop, limits: ServerLimits? = nil, isSecure: Bool = false,
        entrance: Pipeline.Entrance = .public, script: @escaping ScriptedUpstream.Script
    ) throws {
        self.loop = loop
        upstream = try ScriptedUpstream(on: loop, script)
        folder = NSTemporaryDirectory() + "gateway-pipeline-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        accessLog = try LogWriter(.file(folder + "/access.log"))
        let parsed = try Self.parse(configuration, upstream: upstream)
        let logger = Logger(writer: try LogWriter(.file(folder + "/gateway.log")))
        let metrics = GatewayMetrics(shards: 1, reasons: FailureResponse.codes, upstreamErrors: FailureResponse.codes)
        builder = SnapshotBuilder(
            registry: ServiceRegistry(loops: 1, sink: { _, _ in }), metrics: metrics, files: Self.environment)
        let snapshot = builder.build(try builder.prepare(parsed), generation: 1, now: loop.now)
        core = GatewayCore(
            snapshot: snapshot, metrics: metrics, limiter: TokenBucketTable(capacity: 1024), logger: logger,
            identity: Array("gateway-test".utf8), state: GatewayState(), board: ProcessBoard(), logs: [])
        let worker = Worker(
            loop: loop, core: core, buffers: BufferPool(size: ServerWorker.bufferSize, limit: 8),
            accessLog: AccessLog(writer: accessLog))
        self.worker = worker
        let own = entrance == .internal ? ServerLimits(parsed).forServices : ServerLimits(parsed)
        server = ServerWorker(loop: loop, limits: limits ?? own) { exchange in
            await Pipeline(worker: worker, entrance: entrance).handle(exchange)
        }
        listener = try Listener(
            Listener.open(SocketAddress(ip: "127.0.0.1", port: 0)!, isShared: false), on: loop, onExhaustion: { _ in })
        MisconductWatch(loop: loop, core: core).watch(server)
        let context = isSecure ? try TestCertificate.server() : nil
        loop.spawn(with: self) { gateway in
            await gateway.listener.run { gateway.server.serve($0, from: $1, tls: context) }
        }
    }

    private static let environment = ConfigurationEnvironment(
        variable: { _ in nil }, readFile: { _ in .success([]) })

    private static func parse(_ configuration: String, upstream: ScriptedUpstream) throws -> Configuration {
        let text = configuration.replacing("UPSTREAM", with: "http://\(upstream.address)")
        return try Configuration(parsing: Array(text.utf8), file: "routes.json", environment: environment)
    }

    /// Puts another configuration in force.
    func reload(_ configuration: String) throws {
        let prepared = try builder.prepare(try Self.parse(configuration, upstream: upstream))
        core.box.publish(builder.build(prepared, generation: core.box.snapshot.generation + 1, now: loop.now))
        worker.refresh()
    }

    /// A client of the gateway.
    func connect() async throws -> RawPeer { try await RawPeer.connect(to: listener.address, on: loop) }

    /// A client that speaks TLS, and offers these protocols.
    func connectSecurely(_ protocols: [ApplicationProtocol]) async throws -> RawPeer {
        let watcher = try await Connector.connect(to: listener.address, on: loop, until: loop.patience)
        let session = try TLSSession(
            client: TestCertificate.client(protocols), hostname: "localhost", descriptor: watcher.descriptor)
        let peer = RawPeer(ByteChannel(watcher, tls: session))
        try await peer.channel.handshake(until: loop.patience)
        return peer
    }

    /// Sends a request over a connection of its own and returns the answer.
    func ask(_ request: String) async throws -> Message {
        let client = try await connect()
        defer { client.close() }
        try await client.send(request)
        return try await client.message()
    }

    /// The lines of the access log.
    func accessLines() throws -> [[String: Any]] {
        worker.accessLog?.flush()
        accessLog.flush()
        return try lines(of: "access.log")
    }

    /// The lines of the log.
    func logLines() throws -> [[String: Any]] {
        core.logger.flush()
        return try lines(of: "gateway.log")
    }

    private func lines(of file: String) throws -> [[String: Any]] {
        let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
        return try text.split(separator: "\n").map { line in
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        }
    }

    /// Ends it, and expects that nothing is left behind.
    func stop() async throws {
        listener.close()
        upstream.stop()
        server.drain()
        let (server, pool) = (server, worker.pool)
        try await loop.until("the connections' end") { server.connectionCount == 0 }
        pool.closeIdle()
        // Those of HTTP/2 say goodbye first.
        try await loop.until("the end of the connections to the upstream") { pool.openCount == 0 }
        try FileManager.default.removeItem(atPath: folder)
    }
}

/// Runs `body` against a gateway, all on one loop.
func withGateway(
    _ configuration: String, limits: ServerLimits? = nil, isSecure: Bool = false,
    entrance: Pipeline.Entrance = .public, upstream script: @escaping ScriptedUpstream.Script,
    _ body: @escaping @Sendable (TestGateway) async throws -> Void
) async throws {
    try await onLoop { loop in
        let gateway = try TestGateway(
            configuration, on: loop, limits: limits, isSecure: isSecure, entrance: entrance, script: script)
        do {
            try await body(gateway)
        } catch {
            _ = gateway.server.cut()
            try await gateway.stop()
            throw error
        }
        try await gateway.stop()
    }
}

/// A server that does with each connection what a script says.
final class ScriptedUpstream: @unchecked Sendable {
    /// Gets a connection and its number, from zero.
    typealias Script = @Sendable (_ peer: RawPeer, _ number: Int) async throws -> Void

    let address: SocketAddress
    private(set) var connections = 0
    private let listener: Listener
    private var peers: [RawPeer] = []

    init(on loop: EventLoop, _ script: @escaping Script) throws {
        listener = try Listener(
            Listener.open(SocketAddress(ip: "127.0.0.1", port: 0)!, isShared: false), on: loop, onExhaustion: { _ in })
        address = listener.address
        loop.spawn(with: self) { upstream in
            await upstream.listener.run { descriptor, _ in
                guard let watcher = try? loop.watch(descriptor) else { return }
                let peer = RawPeer(watcher)
                let number = upstream.connections
                upstream.connections += 1
                upstream.peers.append(peer)
                loop.spawn(with: peer) { peer in try? await script(peer, number) }
            }
        }
    }

    func stop() {
        listener.close()
        for peer in peers { peer.close() }
        peers = []
    }
}

/// One service in front of the scripted upstream, and one route to it.
func oneRoute(_ route: String = "", service: String = "", root: String = "") -> String {
    """
    {\(root) "services": {"up": {"targets": "UPSTREAM", "health": "none"\(service)}},
     "routes": [{"name": "all", "match": "/**", "to": "up"\(route)}]}
    """
}
