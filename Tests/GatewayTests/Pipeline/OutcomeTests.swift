import Bytes
import Policy
import Reactor
import Telemetry
import Testing
import Transport

@testable import Gateway

/// What clients, logs and breakers learn of what went wrong.
struct OutcomeTests {
    private let get = "GET /a?secret=1 HTTP/1.1\r\nhost: h\r\nuser-agent: test\r\n\r\n"

    @Test(arguments: [
        ("", 502, "upstream_reset"),
        ("nonsense\r\n\r\n", 502, "upstream_invalid"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", 502, "upstream_invalid"),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n", 502, "upstream_invalid"),
    ])
    func `an answer that is none is a failure of the service`(
        reply: String, status: Int, reason: String
    ) async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            try await peer.send(reply)
            peer.close()
        }
        try await withGateway(oneRoute(#", "retries": 0"#), upstream: script) { gateway in
            let answer = try await gateway.ask(get)
            #expect(answer.status == status)
            #expect(answer["x-gateway-error"] == reason)
            #expect(answer["content-type"] == "application/problem+json")
            #expect(answer.body.contains("urn:gateway:error:\(reason)"))
            let line = try #require(try gateway.accessLines().first)
            #expect(line["reason"] as? String == reason)
            #expect(line["path"] as? String == "/a")
        }
    }

    @Test func `a client that leaves is no failure of the service`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            _ = try await peer.fill()
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            for _ in 0..<8 {
                let client = try await gateway.connect()
                try await client.send(get)
                try await gateway.loop.until("the wait") { gateway.worker.pool.openCount == 1 }
                client.close()
                try await gateway.loop.until("the end") { gateway.core.metrics.requestsInFlight.value == 0 }
            }
            let service = gateway.worker.snapshot.services[0].service
            #expect(service.breakerState == .closed)
            #expect(service.endpoints.allSatisfy { $0.inFlight == 0 && !$0.isEjected(now: gateway.loop.now) })
            let lines = try gateway.accessLines()
            #expect(lines.count == 8)
            #expect(lines.allSatisfy { $0["status"] as? Int == 499 && $0["reason"] as? String == "client_gone" })
        }
    }

    @Test func `a body that breaks off cuts the client off too`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            try await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")
            peer.close()
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.connect()
            try await client.send(get)
            let text = try await client.rest()
            #expect(!text.hasSuffix("0\r\n\r\n"))
            try await gateway.loop.until("the end") { gateway.core.metrics.requestsInFlight.value == 0 }
            #expect(try gateway.accessLines().first?["reason"] as? String == "upstream_reset")
            let errors = gateway.worker.snapshot.services[0].metrics.errors
            #expect(errors.values.map(\.name) == ["upstream_reset"])
        }
    }

    @Test func `HEAD gets the fields of an error and no body`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in peer.reset() }
        try await withGateway(oneRoute(#", "retries": 0"#), upstream: script) { gateway in
            let client = try await gateway.connect()
            try await client.send("HEAD /a HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n")
            let text = try await client.rest()
            #expect(text.hasPrefix("HTTP/1.1 502 "))
            #expect(text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func `the status of an earlier try is not that of the last`() async throws {
        let script: ScriptedUpstream.Script = { peer, number in
            _ = try await peer.head()
            if number == 0 { try await peer.send("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n") }
            peer.close()
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let answer = try await gateway.ask(get)
            #expect(answer.status == 502)
            let line = try #require(try gateway.accessLines().first)
            #expect(line["attempts"] as? Int == 2)
            #expect(line["upstreamStatus"] as? Int == nil)
        }
    }

    @Test func `a connection that the service closed while it rested costs nobody a request`() async throws {
        let script: ScriptedUpstream.Script = { peer, number in
            _ = try await peer.head()
            try await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            // The second request is read and not answered.
            if number == 0, (try? await peer.head()) != nil { peer.reset() }
        }
        try await withGateway(oneRoute(#", "retries": 0"#), upstream: script) { gateway in
            let (first, second) = (try await gateway.ask(get), try await gateway.ask(get))
            #expect(first.status == 200)
            #expect(second.status == 200)
            #expect(gateway.upstream.connections == 2)
        }
    }

    @Test func `what is spent waiting for a stream is not the gateway's own time`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            try await peer.send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n")
            await peer.loop.sleep(for: 200_000_000)
            try await peer.send("data: 2\n\n")
            peer.close()
        }
        try await withGateway(oneRoute(#", "timeout": "100ms""#), upstream: script) { gateway in
            let client = try await gateway.connect()
            try await client.send(get)
            let text = try await client.text(through: "0\r\n\r\n")
            #expect(text.contains("data: 2"))
            try await gateway.loop.until("the end") { gateway.core.metrics.requestsInFlight.value == 0 }
            let line = try #require(try gateway.accessLines().first)
            let (duration, overhead) = (line["durationMs"] as? Double ?? 0, line["overheadMs"] as? Double ?? 0)
            #expect(duration - overhead > 190)
        }
    }
}
