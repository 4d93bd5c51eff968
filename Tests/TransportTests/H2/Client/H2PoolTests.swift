import Bytes
import HTTP
import Reactor
import TLS
import Testing

@testable import Transport

@Suite struct H2PoolTests {
    /// Answers everything with its path.
    private static let answering: @Sendable (FramePeer, Int) async throws -> Void = { server, number in
        var answered: Set<UInt32> = []
        while try await server.hear() {
            for (id, seen) in server.streams where seen.isEnded && answered.insert(id).inserted {
                try await server.send(.response(id), .data(id, "\(number) \(seen.path)"))
            }
        }
    }

    @Test(arguments: [false, true])
    func `requests that come at once wait for one connection`(isSecure: Bool) async throws {
        try await withH2Upstream(isSecure: isSecure, script: Self.answering) { upstream in
            let answers = Notes<String>()
            for index in 0..<60 {
                upstream.loop.spawn(with: (upstream, answers)) { upstream, answers in
                    answers.values.append((try? await upstream.ask("/\(index)").text) ?? "failed")
                }
            }
            try await upstream.loop.until("all") { answers.values.count == 60 }
            #expect(Set(answers.values) == Set((0..<60).map { "0 /\($0)" }))
            #expect(upstream.accepted == 1)
        }
    }

    @Test func `more requests than a connection has room for open another`() async throws {
        try await withH2Upstream(script: Self.answering) { upstream in
            var exchanges: [UpstreamExchange] = []
            for index in 0..<5 { exchanges.append(try await upstream.begin("/\(index)", streamLimit: 2)) }
            #expect(upstream.pool.openCount == 3)
            for (index, exchange) in exchanges.enumerated() {
                let answer = try await exchange.answer(until: upstream.loop.patience)
                #expect(answer.text == "\(index / 2) /\(index)")
                upstream.pool.release(exchange)
            }
        }
    }

    @Test func `a limit that the upstream lowers holds from then on, and those under way go on`() async throws {
        try await withH2Upstream(script: { server, number in
            if number > 0 { return try await Self.answering(server, number) }
            try await server.until { server[5].isEnded }
            try await server.send(.settings([Setting.maxConcurrentStreams: 2]))
            for id in [1, 3, 5] as [UInt32] { try await server.send(.response(id), .data(id, "0")) }
            try await server.untilEnd()
        }) { upstream in
            var exchanges: [UpstreamExchange] = []
            for _ in 0..<3 { exchanges.append(try await upstream.begin()) }
            for exchange in exchanges { #expect(try await exchange.answer(until: upstream.loop.patience).text == "0") }
            for exchange in exchanges { upstream.pool.release(exchange) }
            let next = [try await upstream.begin(), try await upstream.begin(), try await upstream.begin("/last")]
            #expect(try await next[2].answer(until: upstream.loop.patience).text == "1 /last")
            for exchange in next { upstream.pool.discard(exchange) }
        }
    }

    @Test(arguments: ["leaves", "is out of time"])
    func `when the one who opens the connection gives up, the others are served`(how: String) async throws {
        let gate = Gate()
        // The handshake does not go on before the gate opens.
        try await withSilentListener(until: gate) { address, upstream in
            let loop = upstream.loop
            let ends = Notes<String>()
            nonisolated(unsafe) var leader: Waiter?
            let target = UpstreamTarget(
                key: 1, address: address, tls: TestCertificate.http2Client, serverName: "localhost", version: .http2)
            let soon = loop.now + 30 * milliseconds
            loop.spawn(with: (upstream, ends)) { upstream, ends in
                do {
                    _ = try await upstream.pool.begin(
                        target, until: how == "leaves" ? loop.patience : soon, onStart: { leader = $0 })
                    ends.values.append("began")
                } catch {
                    ends.values.append("\(error)")
                }
            }
            try await loop.until("the leader") { leader != nil }
            for _ in 0..<3 {
                loop.spawn(with: (upstream, ends)) { upstream, ends in
                    do {
                        let exchange = try await upstream.pool.begin(target, until: loop.patience)
                        ends.values.append("served")
                        upstream.pool.discard(exchange)
                    } catch {
                        ends.values.append("\(error)")
                    }
                }
            }
            await Task.yield()
            if how == "leaves" { leader?.interrupt() }
            try await loop.until("the leader's end") { !ends.values.isEmpty }
            gate.open()
            try await loop.until("the others") { ends.values.count == 4 }
            #expect(ends.values[0].contains(how == "leaves" ? "interrupted" : "timedOut"))
            #expect(ends.values.dropFirst() == ["served", "served", "served"])
        }
    }

    @Test func `an endpoint that is removed while a connection comes about leaves none behind`() async throws {
        let gate = Gate()
        try await withSilentListener(until: gate) { address, upstream in
            let loop = upstream.loop
            let target = UpstreamTarget(
                key: 1, address: address, tls: TestCertificate.http2Client, serverName: "localhost", version: .http2)
            let exchanges = Notes<UpstreamExchange>()
            loop.spawn(with: (upstream, exchanges)) { upstream, exchanges in
                if let exchange = try? await upstream.pool.begin(target, until: loop.patience) {
                    exchanges.values.append(exchange)
                }
            }
            try await loop.until("the attempt") { gate.waiting > 0 }
            upstream.pool.adopt([:])
            gate.open()
            try await loop.until("the stream") { exchanges.values.count == 1 }
            #expect(upstream.pool.openCount == 1)
            upstream.pool.release(exchanges.values[0])
            // Nobody will use it again, and no sweep knows it.
            try await loop.until("the connection's end") { upstream.pool.openCount == 0 }
        }
    }

    @Test func `an endpoint that is removed lets its streams end first`() async throws {
        try await withH2Upstream(script: { server, _ in
            _ = try await server.rest(of: 1)
            try await server.send(.response(1), .data(1, "one", isEnd: false))
            await server.loop.sleep(for: 10 * milliseconds)
            try await server.send(.data(1, " two"))
            try await server.untilEnd()
        }) { upstream in
            let exchange = try await upstream.begin()
            upstream.pool.adopt([:])
            #expect(upstream.pool.beginIdle(upstream.target()) == nil)
            #expect(try await exchange.answer(until: upstream.loop.patience).text == "one two")
            #expect(upstream.pool.openCount == 1)
            upstream.pool.release(exchange)
            try await upstream.loop.until("the end") { upstream.pool.openCount == 0 }
        }
    }

    @Test func `a stream that is refused says that nothing was done`() async throws {
        try await withH2Upstream(script: { server, _ in
            _ = try await server.rest(of: 1)
            try await server.send(.reset(1, 7))
            _ = try await server.rest(of: 3)
            try await server.send(.response(3), .data(3, "again"))
            try await server.untilEnd()
        }) { upstream in
            let refused = try await upstream.begin("/", .post)
            await #expect(throws: UpstreamError.closedBeforeHead) {
                _ = try await refused.answer(to: .post, until: upstream.loop.patience)
            }
            #expect(!refused.hasWritten)
            upstream.pool.discard(refused)
            // The connection is as good as before.
            #expect(try await upstream.ask().text == "again")
            #expect(upstream.accepted == 1)
        }
    }

    @Test func `GOAWAY fails the streams above it unserved, lets the others end, and the next use another connection`()
        async throws
    {
        try await withH2Upstream(script: { server, number in
            if number > 0 { return try await Self.answering(server, number) }
            try await server.until { server[5].isEnded }
            try await server.send(.goAway(last: 3))
            await server.loop.sleep(for: 10 * milliseconds)
            try await server.send(.response(1), .data(1, "one"), .response(3), .data(3, "three"))
            try await server.untilEnd()
        }) { upstream in
            let loop = upstream.loop
            let exchanges = [try await upstream.begin(), try await upstream.begin(), try await upstream.begin()]
            await #expect(throws: UpstreamError.closedBeforeHead) {
                _ = try await exchanges[2].answer(until: loop.patience)
            }
            #expect(!exchanges[2].hasWritten)
            upstream.pool.discard(exchanges[2])
            #expect(try await upstream.ask("/new").text == "1 /new")
            #expect(try await exchanges[0].answer(until: loop.patience).text == "one")
            #expect(try await exchanges[1].answer(until: loop.patience).text == "three")
            #expect(upstream.pool.openCount == 2)
            upstream.pool.release(exchanges[0])
            upstream.pool.release(exchanges[1])
            try await loop.until("the first connection's end") { upstream.pool.openCount == 1 }
        }
    }

    @Test(arguments: ["close", "reset", "rubbish"])
    func `a connection that breaks fails its streams, and the next open another`(how: String) async throws {
        try await withH2Upstream(script: { server, number in
            if number > 0 { return try await Self.answering(server, number) }
            try await server.until { server[3].isEnded }
            try await server.send(.response(1), .data(1, "half", isEnd: false))
            await server.loop.sleep(for: 5 * milliseconds)
            switch how {
            case "close": server.peer.close()
            case "reset": server.peer.reset()
            default:
                try await server.send(Frame(type: 0, stream: 0, payload: [1]))
                try await server.untilEnd()
            }
        }) { upstream in
            let loop = upstream.loop
            let first = try await upstream.begin()
            let second = try await upstream.begin()
            await #expect(throws: UpstreamError.closed) { _ = try await first.answer(until: loop.patience) }
            await #expect(throws: UpstreamError.closedBeforeHead) { _ = try await second.answer(until: loop.patience) }
            // The upstream may have worked on it.
            #expect(second.hasWritten)
            upstream.pool.discard(first)
            upstream.pool.discard(second)
            #expect(try await upstream.ask("/x").text == "1 /x")
            try await loop.until("the first connection's end") { upstream.pool.openCount == 1 }
        }
    }

    @Test func `a connection on which nothing comes is not used again once a request has waited in vain`() async throws
    {
        try await withH2Upstream(script: { server, number in
            if number > 0 { return try await Self.answering(server, number) }
            // It has sent its settings and nothing after them.
            while try await server.next() != nil {}
        }) { upstream in
            let soon = upstream.loop.now + 30 * milliseconds
            let first = try await upstream.begin("/a")
            let connection = upstream.connections()[0]
            // The settings count as a sign of life for what began before them.
            try await upstream.loop.until("settings") { connection.state.lastReadAt > connection.state.idleSince }
            let second = try await upstream.begin("/b")
            await #expect(throws: UpstreamError.timedOut) { _ = try await second.answer(until: soon) }
            upstream.pool.discard(second)
            #expect(!connection.hasRoom)
            #expect(try await upstream.ask("/c").text == "1 /c")
            upstream.pool.discard(first)
            try await upstream.loop.until("the first connection's end") { upstream.pool.openCount == 1 }
        }
    }

    @Test func `a connection on which the upstream says nothing at all is not kept`() async throws {
        // TCP is there, and nobody speaks.
        try await withUpstream(script: { peer, _ in _ = try await peer.rest() }) { upstream in
            for count in 1...2 {
                let soon = upstream.loop.now + 10 * milliseconds
                await #expect(throws: UpstreamError.connect(.timedOut)) { _ = try await upstream.begin(until: soon) }
                try await upstream.loop.until("the end") { upstream.pool.openCount == 0 }
                #expect(upstream.accepted == count)
                #expect(upstream.connections().isEmpty)
            }
        }
    }

    @Test(arguments: ["takes no streams", "leaves"])
    func `an upstream that greets and takes nothing is not asked again and again`(how: String) async throws {
        try await withH2Upstream(
            settings: how == "leaves" ? [:] : [Setting.maxConcurrentStreams: 0],
            script: { server, _ in
                if how == "leaves" { return server.peer.close() }
                try await server.untilEnd()
            }
        ) { upstream in
            await #expect(throws: UpstreamError.closed) {
                let exchange = try await upstream.begin()
                defer { upstream.pool.discard(exchange) }
                // Which of both is noticed first does not matter.
                do throws(UpstreamError) { _ = try await exchange.answer(until: upstream.loop.patience) } catch {
                    throw error == .closedBeforeHead ? .closed : error
                }
            }
            #expect(upstream.accepted == 1)
            try await upstream.loop.until("the end") { upstream.pool.openCount == 0 }
            #expect(upstream.connections().isEmpty)
        }
    }

    @Test func `an idle connection is closed after its endpoint's time, whatever the upstream says meanwhile`()
        async throws
    {
        try await withH2Upstream(script: { server, _ in
            _ = try await server.rest(of: 1)
            try await server.send(.response(1, isEnd: true))
            for value in 0..<UInt8.max {
                try await server.send(.ping(value))
                try await server.until { server.pongs.contains(value) }
                await server.loop.sleep(for: 2 * milliseconds)
            }
            try await server.untilEnd()
        }) { upstream in
            upstream.pool.adopt([1: PoolLimits(idleTimeout: 60 * milliseconds)])
            _ = try await upstream.ask()
            upstream.pool.sweep()
            #expect(upstream.connections().first?.hasRoom == true)
            await upstream.loop.sleep(for: 70 * milliseconds)
            let connection = upstream.connections()[0]
            upstream.pool.sweep()
            #expect(!connection.hasRoom)
            try await upstream.loop.until("the end") { upstream.pool.openCount == 0 }
        }
    }
}

/// Runs `body` with a pool and the address of an upstream that says nothing, not even in the TLS handshake, before
/// `gate` is open.
private func withSilentListener(
    until gate: Gate, _ body: @escaping @Sendable (SocketAddress, TestUpstream) async throws -> Void
) async throws {
    try await onLoop { loop in
        let upstream = try TestUpstream(
            on: loop,
            script: { peer, _ in
                await gate.pass(on: peer.loop)
                let session = try TLSSession(
                    server: TestCertificate.server([.http2]), descriptor: peer.channel.watcher.descriptor)
                let secure = Peer(ByteChannel(peer.channel.watcher, tls: session))
                try await secure.channel.handshake(until: peer.loop.patience)
                try await FramePeer.accept(secure).untilEnd()
            })
        try await body(upstream.target.address, upstream)
        upstream.pool.closeIdle()
        try await loop.until("the connections' end") { upstream.pool.openCount == 0 }
        upstream.stop()
    }
}
