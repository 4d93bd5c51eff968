import Bytes
import HTTP
import Reactor
import Testing

@testable import Transport

@Suite struct LifecycleTests {
    @Test func `an idle connection holds no buffers`() async throws {
        try await withServer(handler: { await $0.reply((try? await $0.readBody()) ?? []) }) { server in
            let client = try await server.connect()
            defer { client.close() }
            for size in [0, 10, 200_000] {
                let body = String(repeating: "x", count: size)
                _ = try await client.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n\(body)")
                let connection = server.worker.connections.values.first!
                try await server.loop.until("rest") { connection.isIdle }
                #expect(connection.h1?.input.capacity == 0)
                #expect(connection.h1?.output.buffer.capacity == 0)
            }
        }
    }

    @Test(arguments: [false, true])
    func `draining closes idle connections and lets a busy one finish`(isSecure: Bool) async throws {
        nonisolated(unsafe) var gate: Sleeper?
        try await withServer(
            isSecure: isSecure,
            handler: { exchange in
                guard exchange.pathText == "/slow" else { return await answerPath(exchange) }
                let sleeper = Sleeper(loop: exchange.loop)
                gate = sleeper
                _ = await sleeper.sleep(until: exchange.loop.patience)
                await exchange.reply("finished")
            }
        ) { server in
            let fresh = try await server.connect()
            let idle = try await server.connect()
            #expect(try await idle.ask("GET /a HTTP/1.1\r\nHost: a\r\n\r\n").text == "/a")
            let busy = try await server.connect()
            try await busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            try await server.loop.until("the request") { gate != nil && server.worker.connectionCount == 3 }
            try await server.loop.until("rest") { server.worker.connections.values.filter(\.isIdle).count == 2 }
            server.worker.drain()
            #expect(try await idle.endsHere())
            #expect(try await fresh.endsHere())
            #expect(!idle.isReset && !fresh.isReset)
            #expect(server.worker.connectionCount == 1)
            gate?.wake()
            let answer = try await busy.message()
            #expect(answer.text == "finished")
            #expect(answer.fields["connection"] == "close")
            #expect(try await busy.endsHere())
        }
    }

    @Test func `once the end is announced, a request on its way over an idle connection is answered as the last`()
        async throws
    {
        try await withServer(handler: answerPath) { server in
            let idle = try await server.connect()
            #expect(try await idle.ask("GET /a HTTP/1.1\r\nHost: a\r\n\r\n").text == "/a")
            server.worker.announceEnd()
            let answer = try await idle.ask("GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(answer.text == "/b")
            #expect(answer.fields["connection"] == "close")
            #expect(try await idle.endsHere())
            // Also over one that comes only now.
            let late = try await server.connect()
            #expect(try await late.ask("GET /c HTTP/1.1\r\nHost: a\r\n\r\n").fields["connection"] == "close")
            late.close()
        }
    }

    @Test func `draining does not cut a request that has just arrived`() async throws {
        try await withServer(handler: echo) { server in
            for _ in 0..<20 {
                let client = try await server.connect()
                try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n")
                let connections = server.worker.connections.values
                // At any moment between the request's arrival and its end.
                for _ in 0..<5 {
                    for connection in connections { connection.closeIfIdle() }
                    await Task.yield()
                }
                if try await !client.fillOrEnd() { continue }
                try await client.send("body")
                #expect(try await client.message().text == "body")
            }
        }
    }

    @Test func `cutting ends every connection at once, and a handler that goes on does no harm`() async throws {
        nonisolated(unsafe) var gate: Sleeper?
        nonisolated(unsafe) var isDone = false
        try await withServer(handler: { exchange in
            let sleeper = Sleeper(loop: exchange.loop)
            gate = sleeper
            _ = await sleeper.sleep(until: exchange.loop.patience)
            await exchange.reply("too late")
            isDone = true
        }) { server in
            let idle = try await server.connect()
            let busy = try await server.connect()
            try await busy.send("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n")
            try await server.loop.until("both") { gate != nil && server.worker.connectionCount == 2 }
            try await server.loop.until("rest") { server.worker.connections.values.contains(where: \.isIdle) }
            #expect(server.worker.cut() == 1)
            #expect(try await idle.endsHere())
            #expect(try await busy.endsHere())
            #expect(busy.isReset)
            // The number of the closed descriptor is in use again when the handler goes on.
            let next = try await server.connect()
            gate?.wake()
            try await server.loop.until("the handler's end") { isDone && server.worker.connectionCount == 1 }
            #expect(!next.isEnded && next.text.isEmpty)
            try await next.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            gate = nil
            try await server.loop.until("the request") { gate != nil }
            gate?.wake()
            #expect(try await next.message().text == "too late")
        }
    }

    @Test(arguments: ["close", "reset", "half-close"])
    func `a client that leaves interrupts the wait for the upstream`(how: String) async throws {
        nonisolated(unsafe) var wakeup: Wakeup?
        nonisolated(unsafe) var wasAbandoned = false
        try await withServer(handler: { exchange in
            let deadline = exchange.loop.patience
            guard let address = SocketAddress(ip: "127.0.0.1", port: UInt16(exchange.pathText.dropFirst())!),
                let upstream = try? await Connector.connect(to: address, on: exchange.loop, until: deadline)
            else {
                return
            }
            exchange.interruptOnDeparture(upstream)
            wakeup = await upstream.waitReadable(until: deadline)
            wasAbandoned = exchange.isAbandoned
            upstream.close()
            exchange.abort()
        }) { server in
            let upstream = try Listener(
                Listener.open(SocketAddress(ip: "127.0.0.1", port: 0)!, isShared: false), on: server.loop,
                onExhaustion: { _ in })
            let client = try await server.connect()
            try await client.send("GET /\(upstream.address.port!) HTTP/1.1\r\nHost: a\r\n\r\n")
            try await server.loop.until("the wait") {
                server.worker.connections.values.first?.channel.watcher.interruptsOnHangup?.hasReader == true
            }
            switch how {
            case "close": client.close()
            case "reset": client.reset()
            default: client.finishSending()
            }
            try await server.loop.until("the end") { server.worker.connectionCount == 0 }
            upstream.close()
            await upstream.run { _, _ in }
        }
        #expect(wakeup == .interrupted)
        #expect(wasAbandoned)
    }

    @Test func `many connections leave no descriptor behind`() async throws {
        try await withServer(handler: echo) { server in
            for index in 0..<300 {
                let client = try await server.connect()
                switch index % 5 {
                case 0: client.close()
                case 1: client.reset()
                case 2: try await client.send("GET / HT")
                case 3: try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf")
                default: _ = try await client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                }
                client.close()
            }
            try await server.loop.until("the end") { server.worker.connectionCount == 0 }
            // A process that another test starts has copies of all descriptors for a moment.
            let port = server.address.port!
            try await server.loop.until("the sockets' end") { (try? openSockets(port: port)) == 1 }
        }
    }
}

extension Peer {
    /// Waits briefly for something, or the end: false at the end.
    fileprivate func fillOrEnd() async throws -> Bool {
        do { return try await fill(until: loop.now + 2 * milliseconds) } catch ChannelError.timedOut { return true }
    }
}
