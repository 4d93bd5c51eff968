import Bytes
import HTTP
import Reactor
import Testing

@testable import Transport

@Suite struct H2LifecycleTests {
    @Test(arguments: ["silence", "pings"])
    func `a connection whose last stream has ended is closed after its idle time, with GOAWAY`(how: String) async throws
    {
        var limits = ServerLimits()
        limits.keepAliveTimeout = 50 * milliseconds
        let gate = Gate()
        try await withH2Server(
            limits,
            handler: { exchange in
                await gate.pass(on: exchange.loop)
                await exchange.reply("/a")
            }
        ) { server in
            let client = try await FramePeer.connect(to: server)
            client.opensWindows = false
            try await client.send(.request(1, "GET", "/a"))
            // The client has nothing left to say when the stream ends.
            try await client.until { client.settingsAcknowledged == 1 }
            await server.loop.sleep(for: 10 * milliseconds)
            gate.open()
            #expect(try await client.rest(of: 1).text == "/a")
            // PING is no use of it.
            if how == "pings" { try await client.send(.ping(1)) }
            while try await client.hear(), how == "pings" {
                try? await client.send(.ping(2))
                await server.loop.sleep(for: 5 * milliseconds)
            }
            #expect(client.goAways.map(\.last) == [1])
            #expect(client.goAways.map(\.code) == [0])
            #expect(!client.peer.isReset)
            try await server.loop.until("its end") { server.worker.connectionCount == 0 }
        }
    }

    @Test(arguments: ["silence", "pings", "half a request"])
    func `a connection without a request is closed after the time for a head`(how: String) async throws {
        var limits = ServerLimits()
        limits.headTimeout = 50 * milliseconds
        try await withH2Server(limits, handler: answerPath) { server in
            let client = try await FramePeer.connect(to: server)
            let start = server.loop.now
            server.loop.spawn(with: client) { client in
                for byte in Frame.request(1).bytes where !client.peer.isEnded {
                    switch how {
                    case "silence": break
                    case "pings": try? await client.send(.ping(1))
                    default: try? await client.peer.send([byte])
                    }
                    await client.loop.sleep(for: 8 * milliseconds)
                }
            }
            client.opensWindows = false
            while let frame = try await client.next() {
                if frame.type == 7 { #expect(frame.number(at: 4) == 0) }
            }
            #expect(server.loop.now - start < 5_000 * milliseconds)
            try await server.loop.until("its end") { server.worker.connectionCount == 0 }
        }
    }

    @Test func `a stream that is at work keeps its connection however long it takes`() async throws {
        var limits = ServerLimits()
        limits.headTimeout = 20 * milliseconds
        limits.keepAliveTimeout = 20 * milliseconds
        let gate = Gate()
        try await withH2Server(
            limits,
            handler: { exchange in
                await gate.pass(on: exchange.loop)
                await exchange.reply("late")
            }
        ) { server in
            let client = try await FramePeer.connect(to: server)
            try await client.send(.request(1))
            try await server.loop.until("the request") { gate.waiting == 1 }
            await server.loop.sleep(for: 60 * milliseconds)
            gate.open()
            #expect(try await client.rest(of: 1).text == "late")
            try await client.untilEnd()
        }
    }

    @Test func `an announced end is final once the client has heard of it, and nothing under way is lost`() async throws
    {
        let gate = Gate()
        try await withH2Server(handler: { exchange in
            await gate.pass(on: exchange.loop)
            await exchange.reply(pattern(200_000))
        }) { server in
            let client = try await FramePeer.connect(to: server)
            client.answersPings = false
            try await client.send(.request(1))
            try await server.loop.until("the request") { gate.waiting == 1 }
            server.worker.announceEnd()
            try await client.until { client.goAways.map(\.last) == [0x7FFF_FFFF] }
            // It was on its way.
            try await client.send(.request(3))
            try await server.loop.until("the second request") { gate.waiting == 2 }
            try await client.send(Frame(type: 6, flags: Frame.acknowledgement, payload: Array("farewell".utf8)))
            try await client.until { client.goAways.count == 2 }
            #expect(client.goAways[1].last == 3)
            #expect(client.goAways[1].code == 0)
            try await client.send(.request(5))
            #expect(try await client.rest(of: 5).reset == 7)
            gate.open()
            #expect(try await client.rest(of: 1).body == pattern(200_000))
            #expect(try await client.rest(of: 3).body == pattern(200_000))
            try await client.untilEnd()
            #expect(!client.peer.isReset)
            try await server.loop.until("its end") { server.worker.connectionCount == 0 }
        }
    }

    @Test func `an idle connection that is announced the end is closed as soon as its client knows`() async throws {
        try await withH2Server(handler: answerPath) { server in
            let client = try await FramePeer.connect(to: server)
            try await client.send(.request(1, "GET", "/a"))
            #expect(try await client.rest(of: 1).text == "/a")
            server.worker.announceEnd()
            try await client.untilEnd()
            #expect(client.goAways.map(\.last) == [0x7FFF_FFFF, 1])
            #expect(!client.peer.isReset)
        }
    }

    @Test func `a connection that comes after the end was announced gets its first request answered`() async throws {
        try await withH2Server(handler: answerPath) { server in
            server.worker.announceEnd()
            let client = try await FramePeer.connect(to: server)
            try await client.until { client.settingsAcknowledged == 1 }
            #expect(client.goAways.isEmpty)
            try await client.send(.request(1, "GET", "/late"))
            #expect(try await client.rest(of: 1).text == "/late")
            try await client.untilEnd()
            #expect(client.goAways.last?.last == 1)
        }
    }

    @Test func `draining closes idle connections and lets busy ones finish`() async throws {
        let gate = Gate()
        try await withH2Server(handler: { exchange in
            await gate.pass(on: exchange.loop)
            await exchange.reply("done")
        }) { server in
            let idle = try await FramePeer.connect(to: server)
            let busy = try await FramePeer.connect(to: server)
            try await busy.send(.request(1))
            try await server.loop.until("the request") { gate.waiting == 1 && server.sessions.count == 2 }
            server.worker.drain()
            try await idle.untilEnd()
            #expect(idle.goAways.map(\.last) == [0])
            try await busy.until { busy.goAways.map(\.last) == [1] }
            gate.open()
            #expect(try await busy.rest(of: 1).text == "done")
            try await busy.untilEnd()
            #expect(!idle.peer.isReset && !busy.peer.isReset)
        }
    }

    @Test func `a connection is used for as many requests as it may be`() async throws {
        var limits = ServerLimits()
        limits.requestsPerConnection = 3
        try await withH2Server(limits, handler: answerPath) { server in
            let client = try await FramePeer.connect(to: server)
            for id in [1, 3, 5] as [UInt32] {
                #expect(client.goAways.isEmpty)
                try await client.send(.request(id, "GET", "/\(id)"))
                #expect(try await client.rest(of: id).text == "/\(id)")
            }
            try await client.untilEnd()
            #expect(client.goAways.map(\.last) == [0x7FFF_FFFF, 5])
        }
    }

    @Test(arguments: ["close", "reset", "half-close", "violation", "cut"])
    func `a connection that ends interrupts its handlers, and is gone when they are`(how: String) async throws {
        let gate = Gate()
        let wakeups = Notes<Wakeup>()
        nonisolated(unsafe) weak var session: H2ServerConnection?
        try await withH2Server(handler: { exchange in
            let upstream = Waiter(loop: exchange.loop)
            exchange.interruptOnDeparture(upstream)
            wakeups.values.append(await upstream.waitReadable(until: exchange.loop.patience))
            #expect(exchange.isAbandoned && exchange.isUnreachable)
            // One that goes on does no harm.
            await gate.pass(on: exchange.loop)
            await exchange.reply("too late")
        }) { server in
            let client = try await FramePeer.connect(to: server)
            try await client.send(.request(1), .request(3, "POST", isEnd: false), .data(3, "x", isEnd: false))
            session = try await server.session()
            try await server.loop.until("the waits") { session?.machine.openStreams == 2 }
            await Task.yield()
            await Task.yield()
            switch how {
            case "close": client.peer.close()
            case "reset": client.peer.reset()
            case "half-close": client.peer.finishSending()
            case "violation": try await client.send(Frame(type: 0, stream: 0, payload: [1]))
            default: #expect(server.worker.cut() == 1)
            }
            try await server.loop.until("the interruption") { gate.waiting == 2 }
            #expect(server.worker.connectionCount == 1)
            gate.open()
            if how == "violation" {
                try await client.untilEnd()
                #expect(client.goAways.map(\.code) == [1])
            }
            try await server.loop.until("the end") { server.worker.connectionCount == 0 }
            try await server.loop.until("nobody holds it") { session == nil }
            client.peer.close()
        }
        #expect(wakeups.values == [.interrupted, .interrupted])
    }

    @Test func `a client that breaks the protocol and reads nothing holds no handler`() async throws {
        let ends = Notes<String>()
        try await withH2Server(handler: { exchange in
            exchange.sendHead(.stream)
            do { while true { try await exchange.write(pattern(60_000)) } } catch { ends.values.append("\(error)") }
        }) { server in
            let client = try await FramePeer.connect(to: server, [Setting.initialWindow: 1 << 30])
            try await client.send(.windowUpdate(0, 1 << 30), .request(1))
            let session = try await server.session()
            // The socket is full.
            try await server.loop.until("the writer") { session.state.isWriting }
            let start = server.loop.now
            try await client.send(Frame(type: 0, stream: 0, payload: [1]))
            try await server.loop.until("the handler's end") { ends.values.count == 1 }
            #expect(server.loop.now - start < 5_000 * milliseconds)
            client.peer.close()
            try await server.loop.until("the end") { server.worker.connectionCount == 0 }
        }
    }

    @Test func `a client that asks and does not read gets no more than a little queued for it`() async throws {
        let served = Notes<Int>()
        served.values = [0]
        let filler = [UInt8](repeating: UInt8(ascii: "x"), count: 8000)
        try await withH2Server(handler: { exchange in
            served.values[0] += 1
            exchange.response.fields.append(name: Array("x-filler".utf8).span, value: filler.span)
            exchange.sendHead(.none)
            #expect(exchange.endNow())
        }) { server in
            let client = try await FramePeer.connect(to: server)
            let session = try await server.session()
            var asked: UInt32 = 0
            var most = 0
            // Until the sockets between are full and the server reads no more.
            var quiet = 0
            while quiet < 50 {
                if asked < 3000 {
                    try await client.send((0..<20).map { .request(2 * (asked + $0) + 1, "HEAD") })
                    asked += 20
                }
                let before = served.values[0]
                await server.loop.sleep(for: milliseconds)
                quiet = served.values[0] == before ? quiet + 1 : 0
                most = max(most, session.output.count)
            }
            let isStuck = session.state.isWriting
            #expect(isStuck)
            #expect(served.values[0] < Int(asked))
            // The answers to what was read at once come on top.
            #expect(most < 2_500_000)
            // It goes on when the client reads.
            try await client.until { client.streams.values.count { $0.isOver } == asked }
            client.peer.close()
        }
    }

    @Test func `a client that takes its responses too slowly is cut`() async throws {
        var limits = ServerLimits()
        limits.transfer = TransferLimits(idleTimeout: 40 * milliseconds, minimumRate: 1000, grace: 40 * milliseconds)
        let ends = Notes<Bool>()
        try await withH2Server(
            limits,
            handler: { exchange in
                await exchange.reply(pattern(30_000_000))
                ends.values.append(exchange.isAbandoned)
            }
        ) { server in
            let client = try await FramePeer.connect(to: server, [Setting.initialWindow: 1 << 30])
            try await client.send(.windowUpdate(0, 1 << 30), .request(1))
            // The client reads nothing at all.
            try await server.loop.until("the cut") { server.worker.connectionCount == 0 }
            #expect(ends.values.count == 1)
            client.peer.close()
        }
    }

    @Test func `a client that opens no window loses the stream and keeps the connection`() async throws {
        var limits = ServerLimits()
        limits.transfer = TransferLimits(idleTimeout: 40 * milliseconds, minimumRate: 0, grace: 40 * milliseconds)
        try await withH2Server(
            limits,
            handler: { exchange in
                guard exchange.pathText == "/large" else { return await answerPath(exchange) }
                exchange.sendHead(.stream)
                do { try await exchange.write(pattern(100_000)) } catch { exchange.abort() }
            }
        ) { server in
            let client = try await FramePeer.connect(to: server)
            client.opensWindows = false
            try await client.send(.request(1, "GET", "/large"))
            let seen = try await client.rest(of: 1)
            #expect(seen.reset == 2)
            #expect(seen.body.count == 65_535)
            try await client.send(.windowUpdate(0, 1000), .request(3, "GET", "/b"))
            #expect(try await client.rest(of: 3).text == "/b")
            client.peer.close()
        }
    }

    @Test func `connections that end anyhow leave nothing behind`() async throws {
        try await withH2Server(handler: echo) { server in
            for index in 0..<60 {
                let client = try await FramePeer.connect(to: server)
                if index % 3 > 0 {
                    try await client.send(.request(1, "POST", isEnd: false), .data(1, "x", isEnd: index % 2 == 0))
                }
                if index % 4 == 0 { _ = try await client.hear() }
                switch index % 5 {
                case 0: client.peer.reset()
                case 1: try await client.send(.goAway(last: 0))
                case 2: try await client.send(Frame(type: 4, stream: 1))
                default: break
                }
                client.peer.close()
            }
            try await server.loop.until("the end") { server.worker.connectionCount == 0 }
            let port = server.address.port!
            try await server.loop.until("the sockets' end") { (try? openSockets(port: port)) == 1 }
        }
    }
}
