import Bytes
import HTTP
import Reactor
import Testing

@testable import Transport

@Suite struct H2ExchangeTests {
    @Test func `requests share a connection, and each gets its own response`() async throws {
        try await withH2Server(handler: echo) { server in
            let client = try await FramePeer.connect(to: server, [Setting.initialWindow: 1 << 20])
            try await client.send(
                .request(1, "POST", "/a", isEnd: false), .request(3, "POST", "/b", isEnd: false),
                .data(3, "three"), .request(5, "GET", "/c"), .data(1, "o", isEnd: false), .data(1, "ne"))
            #expect(try await client.rest(of: 1).text == "one")
            #expect(try await client.rest(of: 3).text == "three")
            #expect(try await client.rest(of: 5).text == "")
            for id in [1, 3, 5] as [UInt32] {
                #expect(client[id].status == 200)
                #expect(client[id].reset == nil)
            }
            #expect(client.settingsAcknowledged == 1)
            let session = try await server.session()
            try await server.loop.until("rest") { session.isIdle && session.output.capacity == 0 }
            #expect(session.input.capacity == 0)
            #expect(client.goAways.isEmpty)
            client.peer.close()
        }
    }

    @Test func `trailers go both ways`() async throws {
        try await withH2Server(handler: echo) { server in
            let client = try await FramePeer.connect(to: server)
            try await client.send(
                .request(1, "POST", isEnd: false), .data(1, "x", isEnd: false), .headers(1, ["x-check": "1"]),
                // Also where there is nothing before them.
                .request(3, "POST", isEnd: false), .headers(3, ["x-check": "2"]))
            #expect(try await client.rest(of: 1).trailers == ["x-check": "1"])
            #expect(client[1].text == "x")
            #expect(try await client.rest(of: 3).trailers == ["x-check": "2"])
            client.peer.close()
        }
    }

    @Test func `responses without a body end with their head`() async throws {
        try await withH2Server(handler: { exchange in
            switch exchange.pathText {
            case "/204", "/304":
                exchange.response.status = Int(exchange.pathText.dropFirst())!
                exchange.sendHead(.none)
                #expect(exchange.endNow())
            default: await exchange.reply(exchange.pathText == "/empty" ? "" : "12345")
            }
        }) { server in
            let client = try await FramePeer.connect(to: server)
            try await client.send(
                .request(1, "HEAD"), .request(3, "GET", "/204"), .request(5, "GET", "/304"),
                .request(7, "GET", "/empty"))
            #expect(try await client.rest(of: 1).fields["content-length"] == "5")
            #expect(try await client.rest(of: 3).status == 204)
            #expect(try await client.rest(of: 5).status == 304)
            #expect(try await client.rest(of: 7).fields["content-length"] == "0")
            for id in [1, 3, 5, 7] as [UInt32] { #expect(client[id].isEnded && client[id].body.isEmpty) }
            client.peer.close()
        }
    }

    @Test func `a client that waits for 100 hears it when the body is wanted, and not when it is answered before`()
        async throws
    {
        try await withH2Server(handler: { exchange in
            if exchange.pathText == "/refused" { return await exchange.reply("no", status: 413) }
            await exchange.reply((try? await exchange.readBody()) ?? [])
        }) { server in
            let client = try await FramePeer.connect(to: server)
            func asking(_ id: UInt32, _ path: String) -> Frame {
                .headers(
                    id,
                    [":method": "PUT", ":scheme": "https", ":authority": "a", ":path": path, "expect": "100-continue"],
                    isEnd: false)
            }
            try await client.send(asking(1, "/"), asking(3, "/refused"))
            try await client.until { client[1].informational == [100] }
            try await client.send(.data(1, "body"))
            #expect(try await client.rest(of: 1).text == "body")
            #expect(client[1].informational == [100])
            let refused = try await client.rest(of: 3)
            #expect(refused.status == 413 && refused.informational.isEmpty && refused.isEnded)
            client.peer.close()
        }
    }

    @Test func `a response that is complete ends the request without failing it`() async throws {
        try await withH2Server(handler: { await $0.reply("enough", status: 413) }) { server in
            let client = try await FramePeer.connect(to: server)
            try await client.send(.request(1, "POST", isEnd: false))
            try await client.until { client[1].reset != nil }
            #expect(client[1].text == "enough" && client[1].isEnded)
            // NO_ERROR: the client shall not take the response for broken (RFC 9113 section 8.1).
            #expect(client[1].reset == 0)
            // What was on its way is borne, and the connection's window is not lost with it.
            for _ in 0..<60 { try await client.send(.data(1, pattern(16_000), isEnd: false)) }
            try await client.until { client[0].granted > 900_000 }
            try await client.send(.request(3))
            #expect(try await client.rest(of: 3).text == "enough")
            client.peer.close()
        }
    }

    @Test(arguments: ["too short", "nothing", "aborted"])
    func `a response that the handler leaves incomplete is reset`(how: String) async throws {
        try await withH2Server(handler: { exchange in
            if how == "nothing" { return }
            exchange.sendHead(.length(10))
            try? await exchange.write(Array("half".utf8))
            if how == "aborted" { exchange.abort() } else { try? await exchange.end() }
        }) { server in
            let client = try await FramePeer.connect(to: server)
            try await client.send(.request(1))
            let seen = try await client.rest(of: 1)
            #expect(seen.reset == 2 && !seen.isEnded)
            client.peer.close()
        }
    }

    @Test func `bodies are taken in as a whole though their window is small`() async throws {
        var limits = ServerLimits()
        limits.http2.initialWindow = 1000
        try await withH2Server(
            limits,
            handler: { exchange in
                do {
                    try await exchange.gatherBody()
                    await exchange.reply("\(try exchange.pollBody())")
                } catch {
                    await exchange.reply("\(error)")
                }
            }
        ) { server in
            let client = try await FramePeer.connect(to: server)
            try await client.until { client.settingsAcknowledged > 0 }
            try await client.send(
                .headers(
                    1,
                    [":method": "PUT", ":scheme": "https", ":authority": "a", ":path": "/", "content-length": "20000"],
                    isEnd: false))
            for sent in stride(from: 0, to: 20_000, by: 500) {
                try await client.until { 1000 + client[1].granted >= sent + 500 }
                try await client.send(.data(1, [UInt8](repeating: 1, count: 500), isEnd: sent == 19_500))
            }
            #expect(try await client.rest(of: 1).text == "available(20000)")
            client.peer.close()
        }
    }

    @Test func `a request whose stream was reset in the same breath says so before anything is done for it`()
        async throws
    {
        let notes = Notes<Bool>()
        try await withH2Server(handler: { exchange in
            notes.values.append(exchange.isUnreachable && exchange.isAbandoned)
            let upstream = Waiter(loop: exchange.loop)
            exchange.interruptOnDeparture(upstream)
            notes.values.append(await upstream.waitReadable(until: exchange.loop.patience) == .interrupted)
            await exchange.reply("nobody listens")
        }) { server in
            let client = try await FramePeer.connect(to: server)
            try await client.send(.request(1), .reset(1))
            try await server.loop.until("the handler") { notes.values.count == 2 }
            #expect(notes.values == [true, true])
            let session = try await server.session()
            try await server.loop.until("its end") { session.isIdle }
            client.peer.close()
        }
    }

    @Test(arguments: [0, 8] as [UInt32])
    func `a client that resets a stream ends the work for it, whatever code it gives`(code: UInt32) async throws {
        let ends = Notes<String>()
        try await withH2Server(handler: { exchange in
            exchange.sendHead(.stream)
            do {
                while true { try await exchange.write(pattern(10_000)) }
            } catch {
                ends.values.append("\(error)")
            }
        }) { server in
            let client = try await FramePeer.connect(to: server)
            client.opensWindows = false
            try await client.send(.request(1), .request(3))
            try await client.until { client[1].body.count + client[3].body.count == 65_535 }
            try await client.send(.reset(1, code))
            try await server.loop.until("the handler's end") { !ends.values.isEmpty }
            #expect(ends.values == ["closed"])
            let session = try await server.session()
            #expect(session.machine.openStreams == 1)
            client.peer.close()
        }
    }

    @Test func `streams take what they have in turn while they share a window`() async throws {
        try await withH2Server(handler: { await $0.reply(pattern(1_000_000), as: .stream) }) { server in
            let client = try await FramePeer.connect(to: server, [Setting.initialWindow: 1 << 24])
            client.opensWindows = false
            try await client.send(.request(1), .request(3), .request(5))
            var granted = 65_535
            let ids: [UInt32] = [1, 3, 5]
            while granted < 1_000_000 {
                try await client.until { ids.map { client[$0].body.count }.reduce(0, +) == granted }
                // No stream is more than a few turns ahead of another, but for the first, who found nobody there.
                let counts = ids.map { client[$0].body.count }
                #expect(counts.max()! - counts.min()! <= 65_536 + 2 * 16_384, "\(counts) at \(granted)")
                try await client.send(.windowUpdate(0, 20_000))
                granted += 20_000
            }
            client.peer.close()
        }
    }

    @Test func `a window that SETTINGS open lets a response go on`() async throws {
        try await withH2Server(handler: { await $0.reply(pattern(50_000)) }) { server in
            let client = try await FramePeer.connect(to: server, [Setting.initialWindow: 0])
            try await client.send(.request(1))
            try await client.until { client[1].status == 200 }
            let session = try await server.session()
            try await server.loop.until("the wait") {
                session.stream(of: H2Slot(index: 0, id: 1))?.waiter.isWritable == false
            }
            try await client.send(.settings([Setting.initialWindow: 100_000]))
            #expect(try await client.rest(of: 1).body == pattern(50_000))
            client.peer.close()
        }
    }
}
