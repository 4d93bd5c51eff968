import HTTP
import Testing

/// Busy peers that mean well, faster than any clock: none of them may be taken for an attack.
@Suite struct HonestPeerTests {
    private func id(_ number: Int) -> UInt32 { UInt32(number * 2 + 1) }

    @Test func `a load generator with a hundred streams at once`() {
        let server = H2Endpoint.server()
        var number = 0
        for _ in 0..<200 {
            var frames: [WireFrame] = []
            for _ in 0..<100 {
                frames.append(.headers(id(number)))
                number += 1
            }
            let events = server.receive(frames)
            #expect(events.count == 100)
            for case .head(let slot, _) in events {
                server.respond(slot, isEnd: false)
                #expect(server.send(slot, .init(repeating: 1, count: 62), isEnd: true) == 62)
                server.forget(slot)
            }
            server.dropOutput()
            server.receive(.windowUpdate(0, 6200))
        }
        #expect(server.failure == nil)
        #expect(server.openStreams == 0)
    }

    @Test func `a browser with priorities, greasing and windows for each stream`() {
        let server = H2Endpoint.server()
        for stream: UInt32 in [3, 5, 7, 9, 11] { server.receive(.priority(stream, on: 0)) }
        for number in 7..<5000 {
            let stream = id(number)
            server.receive(
                .headers(stream), .priority(stream, on: 3), .priorityUpdate(stream, "u=3, i"),
                .windowUpdate(stream, 6_000_000), WireFrame(type: 0x0B, stream: stream, payload: [1, 2, 3]))
            server.finish(.at(0, id: stream))
            server.dropOutput()
            #expect(server.failure == nil)
        }
        #expect(server.heads.count == 4993)
    }

    @Test func `a browser that leaves two full pages at once`() {
        let server = H2Endpoint.server()
        for page in 0..<2 {
            let streams = (page * 100..<page * 100 + 100).map(id)
            server.receive(streams.map { .headers($0) })
            server.receive(streams.map { .reset($0) })
            for (index, stream) in streams.enumerated() {
                server.forget(.at(page == 0 ? index : 99 - index, id: stream))
            }
        }
        #expect(server.failure == nil)
        #expect(server.openStreams == 0)
    }

    @Test func `a caller that gives up on every fifth request`() {
        let server = H2Endpoint.server()
        for number in 0..<20_000 {
            let stream = id(number)
            server.receive(.headers(stream))
            if number % 5 == 0 { server.receive(.reset(stream)) } else { server.respond(.at(0, id: stream)) }
            server.forget(.at(0, id: stream))
            server.dropOutput()
            guard server.failure == nil else { break }
        }
        #expect(server.failure == nil)
        #expect(server.heads.count == 20_000)
    }

    @Test func `gRPC: small messages both ways, each answered with two windows, and pings between`() {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        server.respond(slot, isEnd: false)
        let message: [UInt8] = [0, 0, 0, 0, 5, 1, 2, 3, 4, 5]
        for number in 0..<10_000 {
            server.receive(.data(1, message))
            server.consume(slot, message.count)
            guard server.send(slot, message) == message.count else { break }
            server.receive(.windowUpdate(1, 10), .windowUpdate(0, 10))
            if number % 4 == 0 { server.receive(.ping()) }
            server.dropOutput()
            guard server.failure == nil else { break }
        }
        #expect(server.failure == nil)
        #expect(server.data[1]?.count == 100_000)
    }

    @Test func `a long download whose reader opens windows for each frame`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1))
        server.respond(.first, isEnd: false)
        let block = [UInt8](repeating: 1, count: 16_384)
        var total = 0
        for _ in 0..<4000 {
            total += server.send(.first, block)
            server.dropOutput()
            server.receive(.windowUpdate(1, 16_384), .windowUpdate(0, 16_384))
            guard server.failure == nil else { break }
        }
        #expect(server.failure == nil)
        #expect(total == 4000 * 16_384)
    }

    @Test func `gRPC: a window full of small messages, all answered at once with two windows each`() {
        let server = H2Endpoint.server(client: [(4, 65_535)])
        server.receive(.headers(1))
        server.respond(.first, isEnd: false)
        for _ in 0..<3 {
            for _ in 0..<4000 { #expect(server.send(.first, .init(repeating: 1, count: 16)) == 16) }
            server.dropOutput()
            for _ in 0..<4000 { server.receive(.windowUpdate(1, 16), .windowUpdate(0, 16)) }
        }
        #expect(server.failure == nil)
    }

    @Test func `a long download over a slow way, with a ping for each frame and never an empty queue`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1))
        server.respond(.first, isEnd: false)
        let block = [UInt8](repeating: 1, count: 1024)
        for _ in 0..<128 { _ = server.send(.first, block) }
        for _ in 0..<20_000 {
            server.receive(.windowUpdate(1, 1024), .windowUpdate(0, 1024), .ping())
            guard server.failure == nil, server.send(.first, block) == 1024 else { break }
            server.dropOutput(leaving: 64 * 1024)
        }
        #expect(server.failure == nil)
        #expect(server.window(of: .first) == 0)
    }

    @Test func `windows full of small messages that were under way when their streams were reset`() {
        let server = H2Endpoint.server()
        for number in 0..<20 {
            let slot = server.open(id(number))
            server.respond(slot, status: 401)
            server.forget(slot)
            for _ in 0..<650 { server.receive(.data(id(number), .init(repeating: 1, count: 100))) }
            server.dropOutput()
        }
        #expect(server.failure == nil)
    }

    @Test func `an overloaded server whose answers come after all of their requests were given up`() {
        let client = H2Endpoint.client()
        for round in 0..<50 {
            let slots = (0..<100).map { _ in client.request() }
            for slot in slots {
                client.reset(slot, .cancel)
                client.forget(slot)
            }
            client.dropOutput()
            // What comes was asked four hundred requests ago: more were given up since than anybody remembers.
            for slot in slots where round >= 4 {
                let late = slot.id - 800
                client.receive(.headers(late, WireBlocks.ok, isEnd: false), .data(late, [1], isEnd: true))
            }
            client.dropOutput()
        }
        #expect(client.failure == nil)
        #expect(client.openStreams == 0)
    }

    @Test func `a client that opens a thousand streams before it knows the limit`() {
        let server = H2Endpoint(.server)
        server.receive(PrefaceTests.preface + WireFrame.settings().bytes)
        server.receive((0..<1000).map { .headers(id($0)) })
        #expect(server.failure == nil)
        #expect(server.openStreams == 100)
        #expect(server.sent().filter { $0.type == 3 }.count == 900)
    }
}
