import Bytes
import HTTP
import Reactor
import TLS
import Testing

@testable import Transport

/// A server that does what a script says, and a pool that connects to it.
final class TestUpstream {
    let loop: EventLoop
    let pool: ConnectionPool
    let target: UpstreamTarget
    /// Connections accepted so far.
    private(set) var accepted = 0
    private let listener: Listener
    private let script: (Peer, Int) async throws -> Void

    /// - Parameter script: talks over one connection; it gets the connection's number, from 0.
    init(
        on loop: EventLoop, at address: SocketAddress = SocketAddress(ip: "127.0.0.1", port: 0)!,
        isSecure: Bool = false, protocols: [ApplicationProtocol] = [.http11], limit: Int = 256,
        idleTimeout: Nanoseconds = 60_000_000_000, script: @escaping (Peer, Int) async throws -> Void
    ) throws {
        self.loop = loop
        self.script = script
        pool = ConnectionPool(
            loop: loop, buffers: BufferPool(size: 17 * 1024, limit: 16), limit: limit, idleTimeout: idleTimeout)
        listener = try Listener(Listener.open(address, isShared: false), on: loop, onExhaustion: { _ in })
        let context = isSecure ? try TestCertificate.server(protocols) : nil
        target = UpstreamTarget(
            key: 1, address: listener.address, tls: isSecure ? TestCertificate.client : nil, serverName: "localhost")
        loop.spawn(with: self) { upstream in
            await upstream.listener.run { descriptor, _ in
                let watcher = try! loop.watch(descriptor)
                let session = context.map { try! TLSSession(server: $0, descriptor: watcher.descriptor) }
                upstream.serve(session == nil ? ByteChannel(plain: watcher) : ByteChannel(watcher, tls: session!))
            }
        }
    }

    private func serve(_ channel: ByteChannel) {
        let number = accepted
        accepted += 1
        loop.spawn(with: (self, channel)) { upstream, channel in
            let peer = Peer(channel)
            // The script may end with an error: the pool is free to go whenever it wants.
            try? await channel.handshake(until: upstream.loop.patience)
            try? await upstream.script(peer, number)
            peer.close()
        }
    }

    func connect() async throws(UpstreamError) -> H1ClientConnection {
        try await pool.connect(target, until: loop.patience)
    }

    /// A connection that rests, or else a new one.
    func connection() async throws(UpstreamError) -> H1ClientConnection {
        if let resting = pool.takeIdle(target.key) { return resting }
        return try await connect()
    }

    /// Stops, and expects that the pool is empty once its idle connections are closed.
    func stop() {
        listener.close()
        pool.closeIdle()
        #expect(pool.openCount == 0)
    }
}

/// Runs `body` with an upstream that follows `script`, all on one loop.
func withUpstream(
    at address: SocketAddress = SocketAddress(ip: "127.0.0.1", port: 0)!, isSecure: Bool = false,
    protocols: [ApplicationProtocol] = [.http11], limit: Int = 256, idleTimeout: Nanoseconds = 60_000_000_000,
    script: @escaping @Sendable (Peer, Int) async throws -> Void,
    _ body: @escaping @Sendable (TestUpstream) async throws -> Void
) async throws {
    try await onLoop { loop in
        let upstream = try TestUpstream(
            on: loop, at: address, isSecure: isSecure, protocols: protocols, limit: limit, idleTimeout: idleTimeout,
            script: script)
        do {
            try await body(upstream)
        } catch {
            upstream.stop()
            throw error
        }
        upstream.stop()
    }
}

/// A script that answers each request on a connection with the same bytes.
func answering(_ response: String) -> @Sendable (Peer, Int) async throws -> Void {
    { peer, _ in
        while true {
            _ = try await peer.message()
            try await peer.send(response)
        }
    }
}

/// What came of a request.
struct Answer {
    var informational: [Int] = []
    var status = 0
    var body: [UInt8] = []
    var trailers = 0
    var framing = BodyFraming.none
    var text: String { String(decoding: body, as: UTF8.self) }
}

extension H1ClientConnection {
    /// Sends a request without a body and reads the response.
    func ask(
        _ path: String = "/", method: Method = .get, until deadline: Instant? = nil
    ) async throws(UpstreamError) -> Answer {
        let deadline = deadline ?? watcher.loop.patience
        begin(isChunked: false) { $0.append(string: "\(method.token) \(path) HTTP/1.1\r\nHost: a\r\n\r\n") }
        try await endRequest(trailers: FieldBlock(), until: deadline)
        return try await answer(to: method, until: deadline)
    }

    /// Reads the response.
    func answer(to method: Method = .get, until deadline: Instant? = nil) async throws(UpstreamError) -> Answer {
        let deadline = deadline ?? watcher.loop.patience
        var answer = Answer()
        var head = ResponseHead()
        while true {
            try await receiveHead(into: &head, method: method, until: deadline)
            answer.status = head.status
            if head.status >= 200 || head.status == 101 { break }
            answer.informational.append(head.status)
        }
        while true {
            switch try pollBody() {
            case .available(let count):
                takeBody(count) { bytes in
                    answer.body += bytes.array
                    return bytes.count
                }
            case .needsInput: try await receiveBody(until: deadline)
            case .end:
                answer.trailers = trailers.count
                return answer
            }
        }
    }
}
