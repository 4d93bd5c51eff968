import Reactor
import Testing

@testable import Gateway

/// Requests stay on the loop of their connection: what leaves it and comes back costs more than all the rest.
struct LoopTests {
    private let answer: ScriptedUpstream.Script = { peer, _ in
        while (try? await peer.text(through: "\r\n\r\n")) != nil {
            try await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")
        }
    }

    @Test func `no job of a proxied request comes from another thread`() async throws {
        try await withGateway(oneRoute(), upstream: answer) { gateway in
            let client = try await gateway.connect()
            defer { client.close() }
            var before: UInt64 = 0
            for round in 0..<200 {
                // The first request opens the connection to the upstream, and that stays on the loop too.
                if round == 0 { before = gateway.loop.foreignJobs }
                try await client.send("GET /a HTTP/1.1\r\nhost: h\r\n\r\n")
                #expect(try await client.message().status == 200)
            }
            #expect(gateway.loop.foreignJobs == before)
            #expect(gateway.upstream.connections == 1)
        }
    }

    @Test func `nor of one whose body is uploaded while the answer comes`() async throws {
        try await withGateway(
            oneRoute(),
            upstream: { peer, _ in
                _ = try await peer.text(through: "last")
                try await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")
            }
        ) { gateway in
            let client = try await gateway.connect()
            defer { client.close() }
            let before = gateway.loop.foreignJobs
            let body = String(repeating: "b", count: 300_000) + "last"
            try await client.send("POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: \(body.utf8.count)\r\n\r\n")
            try await client.send(body)
            #expect(try await client.message().status == 200)
            #expect(gateway.loop.foreignJobs == before)
        }
    }
}
