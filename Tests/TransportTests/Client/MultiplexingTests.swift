import Bytes
import HTTP
import Reactor
import TLS
import Testing

@testable import Transport

/// Connections of HTTP/2 to upstreams: when they count as open, how many streams they carry, what comes over them.
@Suite struct MultiplexingTests {
    /// SETTINGS without any, in plain bytes.
    private static let settings = "\0\0\0\u{4}\0\0\0\0\0"

    @Test func `requests one after the other share a connection, from the first one on`() async throws {
        try await withMultiplexing(handler: answerPath) { pool, target in
            for path in ["/first", "/second", "/third"] {
                let answer = try await pool.ask(target, path)
                #expect(answer.status == 200)
                #expect(answer.text == path)
                #expect(pool.openCount == 1)
            }
        }
    }

    @Test func `an answer without a body keeps trailers that come along with its head`() async throws {
        let handler: @Sendable (Exchange) async -> Void = { exchange in
            exchange.sendHead(.stream)
            exchange.responseTrailers.append(name: Array("grpc-status".utf8).span, value: Array("5".utf8).span)
            _ = exchange.endNow()
        }
        try await withMultiplexing(handler: handler) { pool, target in
            for _ in 0..<20 {
                let answer = try await pool.ask(target, "/")
                #expect(answer.body.isEmpty)
                #expect(answer.trailers == 1)
            }
        }
    }

    @Test(arguments: [(3, 100, 4), (100, 5, 2), (100, 100, 1)])
    func `no connection has more streams than either side allows`(
        allowed: Int, wanted: Int, connections: Int
    ) async throws {
        let together = Meeting(10)
        try await withMultiplexing(
            allowing: allowed, wanting: wanted, handler: { exchange in await together.meet(exchange) }
        ) { pool, target in
            let loop = pool.loop
            let answers = Answers()
            for number in 0..<10 {
                nonisolated(unsafe) let pool = pool
                loop.spawn {
                    let answer = try? await pool.ask(target, "/\(number)")
                    answers.statuses.append(answer?.status ?? 0)
                }
            }
            try await loop.until("the answers") { answers.statuses.count == 10 }
            #expect(answers.statuses == Array(repeating: 200, count: 10))
            #expect(pool.openCount == connections)
        }
    }

    @Test func `a server that speaks HTTP 1 is found out before anything is asked`() async throws {
        try await withUpstream(script: answering("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")) { upstream in
            let target = UpstreamTarget(key: 1, address: upstream.target.address, version: .http2)
            await #expect(throws: UpstreamError.closed) {
                _ = try await upstream.pool.begin(target, until: upstream.loop.patience)
            }
            try await upstream.loop.until("the end") { upstream.pool.openCount == 0 }
        }
        try await withUpstream(isSecure: true, script: { peer, _ in _ = try await peer.rest() }) { upstream in
            let target = UpstreamTarget(
                key: 1, address: upstream.target.address, tls: TestCertificate.makeClient([.http2]),
                serverName: "localhost", version: .http2)
            // no_application_protocol, RFC 7301, section 3.2.
            await #expect(throws: UpstreamError.tls(.alert(120))) {
                _ = try await upstream.pool.begin(target, until: upstream.loop.patience)
            }
        }
    }

    @Test func `who has less time does not make others fail`() async throws {
        let script: @Sendable (Peer, Int) async throws -> Void = { peer, number in
            if number > 0 { try await peer.send(Self.settings) }
            _ = try await peer.rest()
        }
        try await withUpstream(script: script) { upstream in
            let (loop, pool) = (upstream.loop, upstream.pool)
            let target = UpstreamTarget(key: 1, address: upstream.target.address, version: .http2)
            let reached = Answers()
            nonisolated(unsafe) let others = pool
            loop.spawn {
                await loop.sleep(for: 5 * milliseconds)
                guard let exchange = try? await others.begin(target, until: loop.patience) else { return }
                reached.statuses.append(0)
                others.discard(exchange)
            }
            await #expect(throws: UpstreamError.connect(.timedOut)) {
                _ = try await pool.begin(target, until: loop.now + 50 * milliseconds)
            }
            try await loop.until("the other") { !reached.statuses.isEmpty }
            pool.closeIdle()
            try await loop.until("the end") { pool.openCount == 0 }
        }
    }
}

/// What came of requests that run side by side on one loop.
private final class Answers: @unchecked Sendable {
    var statuses: [Int] = []
}

/// Requests that are answered when all of them are there.
private final class Meeting: @unchecked Sendable {
    private let expected: Int
    private var present = 0

    init(_ expected: Int) { self.expected = expected }

    func meet(_ exchange: Exchange) async {
        present += 1
        try? await exchange.loop.until("all of them") { self.present == self.expected }
        await exchange.reply("here")
    }
}

/// Runs `body` with a pool and a server that speak HTTP/2 with each other, all on one loop.
private func withMultiplexing(
    allowing streams: Int = 100, wanting limit: Int = 100, handler: @escaping @Sendable (Exchange) async -> Void,
    _ body: @escaping @Sendable (ConnectionPool, UpstreamTarget) async throws -> Void
) async throws {
    try await onLoop { loop in
        var limits = ServerLimits()
        limits.http2.maxConcurrentStreams = UInt32(streams)
        let worker = ServerWorker(loop: loop, limits: limits, handle: handler)
        let listener = try Listener(
            Listener.open(SocketAddress(ip: "127.0.0.1", port: 0)!, isShared: false), on: loop, onExhaustion: { _ in })
        let context = try TestCertificate.server([.http2])
        loop.spawn(with: (listener, worker)) { listener, worker in
            await listener.run { worker.serve($0, from: $1, tls: context) }
        }
        let pool = ConnectionPool(loop: loop, buffers: BufferPool(size: 17 * 1024, limit: 16))
        let target = UpstreamTarget(
            key: 1, address: listener.address, tls: TestCertificate.makeClient([.http2]), serverName: "localhost",
            version: .http2, streamLimit: limit)
        try await body(pool, target)
        listener.close()
        pool.closeIdle()
        try await loop.until("the end") { pool.openCount == 0 && worker.connectionCount == 0 }
    }
}

extension ConnectionPool {
    /// Sends a GET and reads the answer.
    fileprivate func ask(_ target: UpstreamTarget, _ path: String) async throws(UpstreamError) -> Answer {
        var exchange = beginIdle(target)
        if exchange == nil { exchange = try await begin(target, until: loop.patience) }
        let answer = try await exchange!.ask(path)
        release(exchange!)
        return answer
    }
}

extension UpstreamExchange {
    fileprivate func ask(_ path: String) async throws(UpstreamError) -> Answer {
        let deadline = waiter.loop.patience
        var head = RequestHead()
        head.setMethod(.get)
        head.setAuthority(Array("localhost".utf8).span)
        begin(head, framing: .none) { $0.append(string: path) }
        return try await answer(until: deadline)
    }
}
