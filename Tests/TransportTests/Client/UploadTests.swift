import Bytes
import HTTP
import Reactor
import Testing

@testable import Transport

@Suite struct UploadTests {
    /// Offers `body`, waiting as needed, and ends the request.
    private func send(
        _ body: [UInt8], over connection: H1ClientConnection, isChunked: Bool, until deadline: Instant
    ) async throws(UpstreamError) {
        connection.begin(isChunked: isChunked) { buffer in
            let length = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(body.count)"
            buffer.append(string: "POST / HTTP/1.1\r\nHost: a\r\n\(length)\r\n\r\n")
        }
        #expect(!connection.hasWritten)
        var sent = 0
        while sent < body.count {
            let offered = min(body.count, sent + 50_000)
            sent += try connection.offer(body.span.extracting(sent..<offered))
            if sent < offered { try await connection.drain(until: deadline) }
        }
        try await connection.endRequest(trailers: FieldBlock(), until: deadline)
    }

    @Test(arguments: [false, true], [false, true])
    func `bodies arrive whole at an upstream that takes its time`(isSecure: Bool, isChunked: Bool) async throws {
        try await withUpstream(
            isSecure: isSecure,
            script: { peer, _ in
                while true {
                    await peer.loop.sleep(for: 10 * milliseconds)
                    let request = try await peer.message()
                    #expect(request.body == pattern(request.body.count))
                    try await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n")
                    try await peer.send(String(10_000_000 + request.body.count).suffix(7).description)
                }
            }
        ) { upstream in
            for size in [0, 1, 20_000, 3_000_000] {
                let connection = try await upstream.connection()
                try await send(
                    pattern(size), over: connection, isChunked: isChunked, until: upstream.loop.patience)
                #expect(try await Int(connection.answer(to: .post).text) == size)
                upstream.pool.release(connection)
            }
            #expect(upstream.accepted == 1)
        }
    }

    @Test func `an upstream that takes nothing ends the request at its deadline, with bytes written`() async throws {
        try await withUpstream(script: { peer, _ in
            await peer.loop.sleep(for: 200 * milliseconds)
        }) { upstream in
            let connection = try await upstream.connect()
            await #expect(throws: UpstreamError.timedOut) {
                let soon = upstream.loop.now + 20 * milliseconds
                try await self.send(pattern(20_000_000), over: connection, isChunked: false, until: soon)
            }
            // The request must not be sent again as if nothing had happened.
            #expect(connection.hasWritten)
            upstream.pool.discard(connection)
        }
    }

    @Test func `an answer that comes before the body is read, though the body cannot be sent`() async throws {
        try await withUpstream(script: { peer, _ in
            _ = try await peer.text(through: "\r\n\r\n")
            try await peer.send("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno")
            peer.finishSending()
            _ = try await peer.rest()
        }) { upstream in
            let early = try await upstream.connect()
            early.begin(isChunked: false) { $0.append("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n") }
            try await early.drain(until: upstream.loop.patience)
            let answer = try await early.answer(to: .post)
            #expect(answer.status == 413)
            #expect(answer.text == "no")
            #expect(early.isBodyComplete)
            upstream.pool.release(early)
            #expect(upstream.pool.openCount == 0)
        }
    }
}
