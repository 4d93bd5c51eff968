import Bytes
import HTTP
import Reactor
import TLS
import Testing

@testable import Transport

@Suite struct ConnectTests {
    @Test func `a connection that is refused says why`() async throws {
        try await onLoop { loop in
            let pool = ConnectionPool(loop: loop, buffers: BufferPool(size: 4096, limit: 1))
            let listener = try Listener.open(SocketAddress(ip: "127.0.0.1", port: 0)!, isShared: false)
            let address = try Listener.address(of: listener)
            _ = consume listener
            let refused = UpstreamError.connect(.failed(SystemError(call: "connect", code: 111)))
            await #expect(throws: refused) {
                _ = try await pool.connect(UpstreamTarget(key: 1, address: address), until: loop.patience)
            }
            let missing = UpstreamError.connect(.failed(SystemError(call: "connect", code: 2)))
            let nowhere = SocketAddress.unix(path: "/tmp/no-such-socket-\(UInt64.random(in: 0 ... .max))")
            await #expect(throws: missing) {
                _ = try await pool.connect(UpstreamTarget(key: 1, address: nowhere), until: loop.patience)
            }
            #expect(pool.openCount == 0)
        }
    }

    @Test func `a connection that nobody answers ends at its deadline, or when it is interrupted`() async throws {
        try await onLoop { loop in
            let pool = ConnectionPool(loop: loop, buffers: BufferPool(size: 4096, limit: 1))
            // Nobody accepts: the kernel drops what comes when the queue is full.
            let listener = try Listener.open(SocketAddress(ip: "127.0.0.1", port: 0)!, isShared: false, backlog: 0)
            let target = UpstreamTarget(key: 1, address: try Listener.address(of: listener))
            var connections: [H1ClientConnection] = []
            var failure: UpstreamError?
            while failure == nil, connections.count < 20 {
                do {
                    connections.append(try await pool.connect(target, until: loop.now + 50 * milliseconds))
                } catch {
                    failure = error as? UpstreamError
                }
            }
            #expect(failure == .connect(.timedOut))
            await #expect(throws: UpstreamError.connect(.interrupted)) {
                _ = try await pool.connect(
                    target, until: loop.patience,
                    onStart: { watcher in
                        nonisolated(unsafe) let watcher = watcher
                        loop.spawn { watcher.interrupt() }
                    })
            }
            for connection in connections { pool.discard(connection) }
            #expect(pool.openCount == 0)
            // A process that another test starts right now may have them for a moment too.
            try await loop.until("the sockets' end") { (try? openSockets(port: target.address.port!)) == 1 }
            _ = consume listener
        }
    }

    @Test func `a TLS handshake that fails, stalls or is not wanted any more is told apart`() async throws {
        try await withUpstream(script: { peer, number in
            // The first one speaks no TLS, the others say nothing.
            if number == 0 { try await peer.send("HTTP/1.1 400 Bad Request\r\n\r\n") }
            _ = try await peer.rest()
        }) { upstream in
            let loop = upstream.loop
            let target = UpstreamTarget(
                key: 1, address: upstream.target.address, tls: TestCertificate.client, serverName: "localhost")
            await #expect(throws: UpstreamError.tls(.notTLS)) {
                _ = try await upstream.pool.connect(target, until: loop.patience)
            }
            await #expect(throws: UpstreamError.connect(.timedOut)) {
                _ = try await upstream.pool.connect(target, until: loop.now + 20 * milliseconds)
            }
            await #expect(throws: UpstreamError.connect(.interrupted)) {
                _ = try await upstream.pool.connect(
                    target, until: loop.patience,
                    onStart: { watcher in
                        nonisolated(unsafe) let watcher = watcher
                        loop.spawn {
                            await loop.sleep(for: 10 * milliseconds)
                            watcher.interrupt()
                        }
                    })
            }
            #expect(upstream.pool.openCount == 0)
        }
    }

    @Test func `a certificate for another name is not accepted`() async throws {
        try await withUpstream(isSecure: true, script: { peer, _ in _ = try await peer.rest() }) { upstream in
            let target = UpstreamTarget(
                key: 1, address: upstream.target.address, tls: TestCertificate.client, serverName: "other.test")
            // X509_V_ERR_HOSTNAME_MISMATCH.
            await #expect(throws: UpstreamError.tls(.certificateRejected(code: 62))) {
                _ = try await upstream.pool.connect(target, until: upstream.loop.patience)
            }
        }
    }

    @Test func `many connections leave no descriptor behind`() async throws {
        try await withUpstream(script: { peer, number in
            if number % 6 == 0 { return }
            if number % 6 == 1 { return peer.reset() }
            _ = try await peer.message()
            if number % 6 == 2 { return }
            try await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no")
            if number % 6 == 3 { return peer.reset() }
            if number % 6 == 4 { try await peer.send("k") }
            _ = try await peer.rest()
        }) { upstream in
            let loop = upstream.loop
            for number in 0..<300 {
                let connection = try await upstream.connect()
                do {
                    _ = try await connection.ask(until: loop.now + (number % 6 == 5 ? milliseconds : 5_000_000_000))
                    upstream.pool.release(connection)
                    if number % 12 == 4 { upstream.pool.takeIdle(1).map { upstream.pool.discard($0) } }
                } catch {
                    upstream.pool.discard(connection)
                }
            }
            #expect(upstream.accepted == 300)
            upstream.pool.closeIdle()
            #expect(upstream.pool.openCount == 0)
            let port = upstream.target.address.port!
            try await loop.until("all are closed") { (try? openSockets(port: port)) == 1 }
        }
    }
}
