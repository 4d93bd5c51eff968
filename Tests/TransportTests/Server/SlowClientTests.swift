import Bytes
import HTTP
import Reactor
import Testing

@testable import Transport

/// Clients that take their time on purpose: each wait of the server has an end.
@Suite struct SlowClientTests {
    private func limits(_ change: (inout ServerLimits) -> Void) -> ServerLimits {
        var limits = ServerLimits()
        change(&limits)
        return limits
    }

    @Test(arguments: [false, true])
    func `slow loris: a head that does not end is answered with 408 and cut`(isSecure: Bool) async throws {
        let limits = limits { $0.headTimeout = 200 * milliseconds }
        try await withServer(limits, isSecure: isSecure, handler: answerPath) { server in
            let client = try await server.connect()
            let start = server.loop.now
            try await client.send("GET / HTTP/1.1\r\n")
            while try await !fill(client, for: 10 * milliseconds) {
                try? await client.send("X-A: b\r\n")
            }
            #expect(try await client.message().status == 408)
            #expect(server.loop.now - start >= 190 * milliseconds)
            client.finishSending()
            #expect(try await client.endsHere())
        }
    }

    /// Whether something came, or the end, before the time passed.
    private func fill(_ client: Peer, for time: Nanoseconds) async throws -> Bool {
        do {
            _ = try await client.fill(until: client.loop.now + time)
            return true
        } catch ChannelError.timedOut {
            return false
        }
    }

    @Test func `a connection on which nothing is said is closed without a word`() async throws {
        let limits = limits {
            $0.headTimeout = 20 * milliseconds
            $0.keepAliveTimeout = 40 * milliseconds
        }
        try await withServer(limits, handler: answerPath) { server in
            let silent = try await server.connect()
            #expect(try await silent.endsHere())
            #expect(!silent.isReset)
            let resting = try await server.connect()
            #expect(try await resting.ask("GET /a HTTP/1.1\r\nHost: a\r\n\r\n").text == "/a")
            #expect(try await resting.endsHere())
            #expect(!resting.isReset)
        }
    }

    @Test func `a TLS handshake that does not end is cut`() async throws {
        let limits = limits { $0.handshakeTimeout = 20 * milliseconds }
        try await withServer(limits, isSecure: true, handler: answerPath) { server in
            let client = try await Peer.connect(to: server.address, on: server.loop)
            try await client.send([0x16, 0x03, 0x01])
            #expect(try await client.endsHere())
        }
    }

    @Test(arguments: [true, false])
    func `a body that stops, or crawls, is cut`(crawls: Bool) async throws {
        let limits = limits {
            $0.transfer =
                crawls
                ? TransferLimits(idleTimeout: 10_000 * milliseconds, minimumRate: 100_000, grace: 50 * milliseconds)
                : TransferLimits(idleTimeout: 30 * milliseconds)
        }
        nonisolated(unsafe) var failure: RequestBodyError?
        try await withServer(
            limits,
            handler: { exchange in
                do { _ = try await exchange.readBody() } catch { failure = error as? RequestBodyError }
                await exchange.reply("too slow", status: 408)
            }
        ) { server in
            let client = try await server.connect()
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
            while try await !fill(client, for: 5 * milliseconds) {
                if crawls { try? await client.send("x") }
            }
            #expect(try await client.message().status == 408)
            client.finishSending()
            #expect(try await client.endsHere())
        }
        #expect(failure == .channel(.timedOut))
    }

    @Test(arguments: [false, true], [ResponseFraming.stream, .length(8_000_000)])
    func `a client that does not read suspends the handler, and is cut`(
        isSecure: Bool, framing: ResponseFraming
    ) async throws {
        let limits = limits { $0.transfer = TransferLimits(idleTimeout: 50 * milliseconds) }
        nonisolated(unsafe) var failure: ChannelError?
        nonisolated(unsafe) var sent: UInt64 = 0
        try await withServer(
            limits, isSecure: isSecure,
            handler: { exchange in
                exchange.sendHead(framing)
                do {
                    try await exchange.write(pattern(8_000_000))
                } catch {
                    failure = error as? ChannelError
                    sent = exchange.bytesSent
                    #expect(exchange.h1!.output.buffer.capacity <= 64 * 1024)
                }
            }
        ) { server in
            let client = try await server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try await server.loop.until("the cut") { server.worker.connectionCount == 0 }
            _ = try await client.rest()
            #expect(client.isReset)
        }
        #expect(failure == .timedOut)
        #expect(sent < 8_000_000)
    }

    @Test func `a client that does not read the end of a response is cut, and gets no other`() async throws {
        let limits = limits { $0.transfer = TransferLimits(idleTimeout: 50 * milliseconds) }
        try await withServer(
            limits,
            handler: { exchange in
                guard exchange.pathText == "/big" else { return await answerPath(exchange) }
                exchange.sendHead(.stream)
                // All that the kernel takes, so that the rest waits in the queue for the end.
                let piece = pattern(8 * 1024)
                while let taken = try? exchange.offer(piece.span), taken == piece.count {}
                await #expect(throws: ChannelError.timedOut) { try await exchange.end() }
                #expect(!exchange.isEnded)
            }
        ) { server in
            let client = try await server.connect()
            try await client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n")
            try await server.loop.until("the cut") { server.worker.connectionCount == 0 }
            let received = String(decoding: try await client.rest(), as: UTF8.self)
            #expect(!received.contains("/next"))
            #expect(client.isReset)
        }
    }

    @Test(arguments: [false, true], [ResponseFraming.stream, .length(6_000_000)])
    func `a slow reader gets a response that is larger than all buffers`(
        isSecure: Bool, framing: ResponseFraming
    ) async throws {
        let body = pattern(6_000_000)
        nonisolated(unsafe) var waits = 0
        try await withServer(
            isSecure: isSecure,
            handler: { exchange in
                exchange.sendHead(framing)
                var sent = 0
                do {
                    while sent < body.count {
                        // Pieces that overlap what was offered before, as a proxy's do when more has arrived meanwhile.
                        let piece = min(body.count, sent + 1 + sent % 90_000)
                        sent += try exchange.offer(body.span.extracting(sent..<piece))
                        if sent < piece {
                            waits += 1
                            try await exchange.drain()
                            #expect(exchange.h1!.output.buffer.capacity <= 64 * 1024)
                        }
                    }
                    try await exchange.end()
                } catch { Issue.record(error) }
            }
        ) { server in
            let client = try await server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await server.loop.sleep(for: 20 * milliseconds)
            let answer = try await client.message()
            #expect(answer.body == body)
        }
        #expect(waits > 0)
    }
}
