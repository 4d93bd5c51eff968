import Bytes
import HTTP
import Reactor
import Testing

@testable import Transport

@Suite struct ResponseTests {
    @Test(arguments: [1, 7, 100_000])
    func `a response is read in whatever pieces it comes`(piece: Int) async throws {
        let response =
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
            + "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nchunks\r\n4;x\r\n and\r\n"
            + "0\r\nX-A: 1\r\nX-B: 2\r\n\r\n"
        try await withUpstream(script: { peer, _ in
            while true {
                _ = try await peer.message()
                let bytes = Array(response.utf8)
                for start in stride(from: 0, to: bytes.count, by: piece) {
                    try await peer.send(Array(bytes[start..<min(bytes.count, start + piece)]))
                    await Task.yield()
                }
            }
        }) { upstream in
            for _ in 0..<3 {
                let connection = try await upstream.connection()
                let answer = try await connection.ask()
                #expect(answer.informational == [100, 103])
                #expect(answer.status == 201)
                #expect(answer.text == "chunks and")
                #expect(answer.trailers == 2)
                upstream.pool.release(connection)
            }
            #expect(upstream.accepted == 1)
        }
    }

    @Test(arguments: [false, true], ["length", "chunked", "close"])
    func `large responses arrive whole`(isSecure: Bool, framing: String) async throws {
        let body = pattern(3_000_000)
        try await withUpstream(
            isSecure: isSecure,
            script: { peer, _ in
                while true {
                    _ = try await peer.message()
                    switch framing {
                    case "length": try await peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n")
                    case "chunked":
                        try await peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                        try await peer.send("\(String(body.count, radix: 16))\r\n")
                    default: try await peer.send("HTTP/1.1 200 OK\r\n\r\n")
                    }
                    try await peer.send(body)
                    if framing == "chunked" { try await peer.send("\r\n0\r\n\r\n") }
                    if framing == "close" { return }
                }
            }
        ) { upstream in
            let connection = try await upstream.connect()
            #expect(try await connection.ask().body == body)
            if framing != "close" { #expect(try await connection.ask().body == body) }
            upstream.pool.release(connection)
            #expect(upstream.pool.openCount == (framing == "close" ? 0 : 1))
        }
    }

    @Test(
        arguments: [
            ("", .closedBeforeHead),
            ("HTTP/1.1 200 O", .closed),
            ("HTTP/1.1 100 Continue\r\n\r\n", .closed),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour", .closed),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n", .closed),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\n", .closed),
        ] as [(String, UpstreamError)])
    func `a response that is cut off is an error`(response: String, error: UpstreamError) async throws {
        try await withUpstream(script: { peer, _ in
            _ = try await peer.message()
            try await peer.send(response)
        }) { upstream in
            let connection = try await upstream.connect()
            await #expect(throws: error) { _ = try await connection.ask() }
            upstream.pool.discard(connection)
        }
    }

    @Test(arguments: [false, true])
    func `a body that ends with the connection is whole only if that was closed in order`(
        isSecure: Bool
    ) async throws {
        try await withUpstream(
            isSecure: isSecure,
            script: { peer, number in
                _ = try await peer.message()
                try await peer.send("HTTP/1.1 200 OK\r\n\r\nsome of it")
                // Until the client has read it, or the reset would take it away.
                await peer.loop.sleep(for: 20 * milliseconds)
                // The second connection ends with a reset, the third without the close alert of TLS.
                if number == 1 { peer.reset() }
                if number == 2 { peer.channel.watcher.close() }
            }
        ) { upstream in
            for number in 0...2 {
                let connection = try await upstream.connect()
                if number == 0 || number == 2 && !isSecure {
                    #expect(try await connection.ask().text == "some of it")
                } else {
                    await #expect(throws: UpstreamError.closed) { _ = try await connection.ask() }
                }
                upstream.pool.discard(connection)
            }
        }
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH_9\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 200 OK\n\n", "\u{0}\u{0}\u{0}\u{0}",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n", "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
    ])
    func `garbage is malformed`(response: String) async throws {
        try await withUpstream(script: answering(response)) { upstream in
            let connection = try await upstream.connect()
            let thrown = await #expect(throws: UpstreamError.self) { _ = try await connection.ask() }
            guard case .malformed? = thrown else {
                Issue.record("\(String(describing: thrown))")
                return upstream.pool.discard(connection)
            }
            upstream.pool.discard(connection)
        }
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour"])
    func `a deadline ends every wait, and so does an interruption`(response: String) async throws {
        try await withUpstream(script: { peer, _ in
            _ = try await peer.message()
            try await peer.send(response)
            _ = try await peer.rest()
        }) { upstream in
            let loop = upstream.loop
            let late = try await upstream.connect()
            await #expect(throws: UpstreamError.timedOut) {
                _ = try await late.ask(until: loop.now + 10 * milliseconds)
            }
            upstream.pool.discard(late)
            let unwanted = try await upstream.connect()
            nonisolated(unsafe) let watcher = unwanted.watcher
            loop.spawn {
                await loop.sleep(for: 10 * milliseconds)
                watcher.interrupt()
            }
            await #expect(throws: UpstreamError.interrupted) { _ = try await unwanted.ask() }
            upstream.pool.discard(unwanted)
        }
    }
}
