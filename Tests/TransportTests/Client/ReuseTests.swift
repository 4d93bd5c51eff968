import Bytes
import HTTP
import Reactor
import Testing

@testable import Transport

/// Which upstream connections serve another request: those of which it is certain that both sides are where they were.
@Suite struct ReuseTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test(arguments: [false, true])
    func `a connection serves one request after the other`(isSecure: Bool) async throws {
        try await withUpstream(isSecure: isSecure, script: answering(Self.ok)) { upstream in
            #expect(upstream.pool.takeIdle(1) == nil)
            for round in 0..<20 {
                let connection = try await upstream.connection()
                #expect(connection.isReused == (round > 0))
                #expect(try await connection.ask().text == "ok")
                #expect(connection.isBodyComplete && connection.hasWritten)
                upstream.pool.release(connection)
            }
            #expect(upstream.accepted == 1)
            #expect(upstream.pool.openCount == 1)
            #expect(upstream.pool.takeIdle(2) == nil)
        }
    }

    @Test func `unix sockets serve as well`() async throws {
        let path = "/tmp/transport-\(UInt64.random(in: 0 ... .max)).sock"
        try await withUpstream(at: .unix(path: path), script: answering(Self.ok)) { upstream in
            for _ in 0..<5 {
                let connection = try await upstream.connection()
                #expect(try await connection.ask().text == "ok")
                upstream.pool.release(connection)
            }
            #expect(upstream.accepted == 1)
        }
    }

    @Test(
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", Method.get, true),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", .get, true),
            ("HTTP/1.1 204 No Content\r\n\r\n", .get, true),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", .get, true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", .head, true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .get, true),
            ("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", .get, true),
            ("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", .get, false),
            ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", .get, false),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n", .get, false),
            ("HTTP/1.1 204 No Content\r\n\r\nbody", .get, false),
            ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", .get, false),
        ] as [(String, Method, Bool)])
    func `only a response that ends by itself leaves a connection to rest`(
        response: String, method: Method, isKept: Bool
    ) async throws {
        try await withUpstream(script: answering(response)) { upstream in
            let connection = try await upstream.connect()
            let answer = try await connection.ask(method: method)
            #expect(connection.isBodyComplete)
            #expect(answer.text == (response.contains("ok") && method == .get ? "ok" : ""))
            upstream.pool.release(connection)
            #expect(upstream.pool.openCount == (isKept ? 1 : 0))
            #expect((upstream.pool.takeIdle(1).map { upstream.pool.discard($0) } != nil) == isKept)
        }
    }

    @Test func `a connection whose exchange is not over is never reused`() async throws {
        try await withUpstream(script: { peer, number in
            while true {
                _ = try await peer.message()
                if number == 0 { try await peer.send(Self.ok) }
                // The second answer comes late, the others in part.
                if number == 2 { try await peer.send("HTTP/1.1 200 OK\r\n") }
                if number == 3 { try await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal") }
                if number > 0 { _ = try await peer.rest() }
            }
        }) { upstream in
            let soon = { upstream.loop.now + 10 * milliseconds }
            for number in 0...3 {
                let connection = try await upstream.connect()
                if number == 0 {
                    // The one before is over; of this one only the request has been sent.
                    _ = try await connection.ask()
                    connection.begin(isChunked: false) { $0.append("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
                    try await connection.endRequest(trailers: FieldBlock(), until: upstream.loop.patience)
                } else {
                    await #expect(throws: UpstreamError.timedOut) { _ = try await connection.ask(until: soon()) }
                }
                #expect(!connection.isBodyComplete)
                upstream.pool.release(connection)
                #expect(upstream.pool.takeIdle(1) == nil)
                #expect(upstream.pool.openCount == 0)
            }
            let connection = try await upstream.connect()
            // Nothing of the request's body was ended.
            connection.begin(isChunked: true) { $0.append("POST / HTTP/1.1\r\nHost: a\r\n\r\n") }
            upstream.pool.release(connection)
            #expect(upstream.pool.takeIdle(1) == nil)
        }
    }

    @Test func `a connection that the upstream closed while it rested is not handed out`() async throws {
        try await withUpstream(script: { peer, number in
            _ = try await peer.message()
            try await peer.send(Self.ok)
            await peer.loop.sleep(for: 5 * milliseconds)
            // The second one says something that nobody asked for.
            if number == 1 { try await peer.send("HTTP/1.1 408 Request Timeout\r\n\r\n") }
            if number == 2 { peer.reset() }
            if number == 1 { _ = try await peer.rest() }
        }) { upstream in
            for _ in 0...2 {
                let connection = try await upstream.connect()
                #expect(try await connection.ask().text == "ok")
                upstream.pool.release(connection)
                try await upstream.loop.until("the end") { !connection.isFit }
                #expect(upstream.pool.takeIdle(1) == nil)
                #expect(upstream.pool.openCount == 0)
            }
        }
    }

    @Test func `a stale connection that could not be told before is told after`() async throws {
        try await withUpstream(script: { peer, number in
            _ = try await peer.message()
            try await peer.send(Self.ok)
            _ = try await peer.message()
            if number == 1 { peer.reset() }
        }) { upstream in
            for _ in 0...1 {
                let connection = try await upstream.connect()
                #expect(try await connection.ask().text == "ok")
                upstream.pool.release(connection)
                let again = try #require(upstream.pool.takeIdle(1))
                #expect(again === connection)
                await #expect(throws: UpstreamError.closedBeforeHead) { _ = try await again.ask() }
                #expect(again.isReused)
                #expect(again.hasWritten)
                upstream.pool.discard(again)
            }
        }
    }

    @Test func `connections rest for a time and up to a number, and the last used goes first`() async throws {
        let rest = 20 * milliseconds
        try await withUpstream(limit: 2, idleTimeout: rest, script: answering(Self.ok)) { upstream in
            var connections: [H1ClientConnection] = []
            for _ in 0..<3 {
                let connection = try await upstream.connect()
                _ = try await connection.ask()
                connections.append(connection)
            }
            for connection in connections { upstream.pool.release(connection) }
            #expect(upstream.pool.openCount == 2)
            let last = try #require(upstream.pool.takeIdle(1))
            #expect(last === connections[1])
            upstream.pool.release(last)
            upstream.pool.sweep()
            #expect(upstream.pool.openCount == 2)
            try await upstream.loop.until("the sweep") {
                upstream.pool.sweep()
                return upstream.pool.openCount == 0
            }
            #expect(upstream.pool.takeIdle(1) == nil)
        }
    }

    @Test func `a sweep closes what the upstream has closed, and closeIdle all of an endpoint`() async throws {
        try await withUpstream(script: { peer, number in
            _ = try await peer.message()
            try await peer.send(Self.ok)
            if number > 0 { _ = try await peer.rest() }
            await peer.loop.sleep(for: 10 * milliseconds)
        }) { upstream in
            for _ in 0..<3 {
                let connection = try await upstream.connect()
                _ = try await connection.ask()
                upstream.pool.release(connection)
                if upstream.accepted == 1 { try await upstream.loop.until("the end") { !connection.isFit } }
            }
            #expect(upstream.pool.openCount == 3)
            upstream.pool.sweep()
            #expect(upstream.pool.openCount == 2)
            upstream.pool.closeIdle(of: 7)
            #expect(upstream.pool.openCount == 2)
            upstream.pool.closeIdle(of: 1)
            #expect(upstream.pool.openCount == 0)
        }
    }
}
