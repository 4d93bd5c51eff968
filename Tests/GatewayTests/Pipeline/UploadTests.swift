import Bytes
import Reactor
import Telemetry
import Testing

@testable import Gateway

/// Requests whose body comes later than their head.
struct UploadTests {
    private let post = "POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\n\r\n"

    @Test func `a service that stays silent after it has the body is not waited for for ever`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.message()
            _ = try await peer.fill()
        }
        try await withGateway(oneRoute(#", "timeout": "200ms""#), upstream: script) { gateway in
            let client = try await gateway.connect()
            try await client.send(post)
            try await gateway.loop.until("the upload") { gateway.upstream.connections == 1 }
            try await client.send("body")
            let answer = try await client.message()
            #expect(answer.status == 504)
            #expect(answer["x-gateway-error"] == "upstream_timeout")
        }
    }

    @Test func `what a client takes to send its body is not the service's time`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            let request = try await peer.message()
            try await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n")
            await peer.loop.sleep(for: 30_000_000)
            try await peer.send(request.body)
        }
        try await withGateway(oneRoute(#", "timeout": "150ms""#), upstream: script) { gateway in
            let client = try await gateway.connect()
            try await client.send(post)
            await gateway.loop.sleep(for: 250_000_000)
            try await client.send("body")
            let answer = try await client.message()
            #expect(answer.status == 200)
            #expect(answer.body == "body")
        }
    }

    @Test func `a small body that comes after its head is sent again with its request`() async throws {
        let script: ScriptedUpstream.Script = { peer, number in
            let request = try await peer.message()
            guard number > 0 else { return peer.reset() }
            try await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n\(request.body)")
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.connect()
            try await client.send("PUT /a HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\n\r\n")
            try await gateway.loop.until("the request") { gateway.core.metrics.requestsInFlight.value == 1 }
            try await client.send("body")
            let answer = try await client.message()
            #expect(answer.status == 200)
            #expect(answer.body == "body")
            #expect(gateway.upstream.connections == 2)
            let line = try gateway.accessLines().first
            #expect(line?["bytesIn"] as? Int == 4)
            #expect(line?["attempts"] as? Int == 2)
        }
    }

    @Test func `a body that is here with its head is counted`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.message()
            try await peer.send("HTTP/1.1 204 No Content\r\ncontent-length: 7\r\n\r\n")
            _ = try await peer.fill()
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.connect()
            try await client.send(post + "body")
            let answer = try await client.head()
            #expect(answer.status == 204)
            // RFC 9110, section 8.6: no Content-Length in a 204.
            #expect(answer["content-length"] == nil)
            #expect(answer["connection"] == nil)
            #expect(try gateway.accessLines().first?["bytesIn"] as? Int == 4)
        }
    }

    @Test func `an upload and a download that never pause leave the loop to others`() async throws {
        let size = 64 * 1024 * 1024
        let script: ScriptedUpstream.Script = { peer, _ in
            let head = try await peer.head()
            if head.start.hasPrefix("GET /small") {
                try await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                return
            }
            try await peer.send("HTTP/1.1 200 OK\r\ncontent-length: \(size)\r\n\r\n")
            let block = [UInt8](repeating: 1, count: 1 << 20)
            for _ in 0..<size / block.count { try await peer.send(block) }
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let large = try await gateway.connect()
            try await large.send("GET /large HTTP/1.1\r\nhost: h\r\n\r\n")
            _ = try await large.head()
            #expect(try await gateway.ask("GET /small HTTP/1.1\r\nhost: h\r\n\r\n").body == "ok")
            large.close()
        }
    }
}
