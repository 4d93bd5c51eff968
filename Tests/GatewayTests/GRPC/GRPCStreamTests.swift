import Bytes
import Policy
import Reactor
import Telemetry
import Testing

@testable import Gateway

/// Calls as streams of messages: how long they may take, how much they may carry, how they end.
struct GRPCStreamTests {
    private static let call = """
        POST /shop.Orders/Get HTTP/1.1\r\nhost: h\r\ncontent-type: application/grpc\r\ntransfer-encoding: chunked\r\n
        """
    private static let answer = """
        HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n
        """
    private static let end = "0\r\ngrpc-status: 0\r\n\r\n"

    /// A chunk that holds one message.
    private static func message(_ length: Int) -> String {
        let bytes = [0, 0, 0, 0, UInt8(length)] + [UInt8](repeating: 0x61, count: length)
        return String(length + 5, radix: 16) + "\r\n" + String(decoding: bytes, as: UTF8.self) + "\r\n"
    }

    @Test(arguments: [("5S", 1...5_000_000), ("5000H", 1...99_999_999)])
    func `the service is told how much time is left`(timeout: String, left: ClosedRange<Int>) async throws {
        let mirror: ScriptedUpstream.Script = { peer, _ in
            let request = try await peer.text(through: "\r\n\r\n")
            try await peer.send("HTTP/1.1 200 OK\r\ncontent-length: \(request.utf8.count)\r\n\r\n\(request)")
        }
        try await withGateway(oneRoute(), upstream: mirror) { gateway in
            let request = Message(try await gateway.ask(Self.call + "grpc-timeout: \(timeout)\r\n\r\n0\r\n\r\n").body)
            let told = try #require(request["grpc-timeout"].flatMap { Int($0.dropLast()) })
            #expect(left.contains(told))
            #expect(request["te"] == nil, "TE is for HTTP/2, or must be named by Connection")
        }
    }

    @Test func `the type of a call alone lifts no limit of time: the service must be one of HTTP 2`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            try await peer.send(Self.answer)
            _ = try await peer.fill()
        }
        try await withGateway(oneRoute(#", "timeout": "300ms""#), upstream: script) { gateway in
            let client = try await gateway.connect()
            try await client.send(Self.call + "\r\n0\r\n\r\n")
            let text = try await client.text(through: "grpc-status: 4\r\n")
            #expect(text.contains("hello"))
        }
    }

    @Test func `a stream in which neither side says anything ends`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            try await peer.send(Self.answer)
            _ = try await peer.fill()
        }
        let route = #", "timeout": {"total": "1s", "idle": "50ms"}"#
        try await withGateway(oneRoute(route), upstream: script) { gateway in
            let client = try await gateway.connect()
            try await client.send(Self.call + "\r\n0\r\n\r\n")
            let text = try await client.text(through: "grpc-status: 4\r\n")
            #expect(text.contains("hello"))
            try await gateway.loop.until("the end") { gateway.core.metrics.requestsInFlight.value == 0 }
            #expect(try gateway.accessLines().first?["reason"] as? String == "upstream_timeout")
        }
    }

    @Test func `a client may be silent for as long as the service speaks`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            try await peer.send(Self.answer)
            for _ in 0..<25 {
                await peer.loop.sleep(for: 30_000_000)
                try await peer.send("1\r\nx\r\n")
            }
            try await peer.send(Self.end)
        }
        let route = #", "timeout": {"total": "1s", "idle": "500ms"}"#
        try await withGateway(oneRoute(route), upstream: script) { gateway in
            let client = try await gateway.connect()
            // The body does not end: the client might say more.
            try await client.send(Self.call + "\r\n" + Self.message(3))
            let text = try await client.text(through: "grpc-status: 0\r\n\r\n")
            #expect(text.contains("hello"))
        }
    }

    @Test func `the caller's deadline ends a stream too`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            try await peer.send(Self.answer)
            _ = try await peer.fill()
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            for body in ["0\r\n\r\n", Self.message(3)] {
                let client = try await gateway.connect()
                try await client.send(Self.call + "grpc-timeout: 400m\r\n\r\n" + body)
                let text = try await client.text(through: "grpc-status: 4\r\n")
                #expect(text.contains("hello"))
            }
            try await gateway.loop.until("the end") { gateway.core.metrics.requestsInFlight.value == 0 }
            let reasons = try gateway.accessLines().map { $0["reason"] as? String }
            #expect(reasons == ["deadline_exceeded", "deadline_exceeded"])
            let errors = gateway.worker.snapshot.services[0].metrics.errors
            #expect(errors.values.isEmpty)
        }
    }

    @Test func `a stream that breaks off ends with a status`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            try await peer.send(Self.answer)
            peer.close()
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let client = try await gateway.connect()
            try await client.send(Self.call + "\r\n0\r\n\r\n")
            let text = try await client.text(through: "grpc-message: The service ended the connection.\r\n")
            #expect(text.contains("hello"))
            #expect(text.contains("\r\n0\r\nX-Gateway-Error: upstream_reset\r\ngrpc-status: 14\r\n"))
        }
    }

    @Test func `the type of a call alone lifts no limit of size`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            _ = try await peer.text(through: "\r\n0\r\n\r\n")
            try await peer.send(Self.answer + Self.end)
        }
        try await withGateway(oneRoute(#", "bodyLimit": "10B""#), upstream: script) { gateway in
            let client = try await gateway.connect()
            let messages = String(repeating: Self.message(10), count: 50)
            try await client.send(Self.call + "\r\n")
            try await client.send(messages + "0\r\n\r\n")
            let text = try await client.text(through: "\r\n\r\n")
            #expect(text.contains("grpc-status: 8\r\n"))

            let other = try await gateway.connect()
            try await other.send(Self.call + "\r\n")
            try await gateway.loop.until("the request") { gateway.core.metrics.requestsInFlight.value == 1 }
            try await other.send(Self.message(10) + Self.message(11))
            let refusal = try await other.message()
            #expect(refusal["grpc-status"] == "8")
            #expect(refusal["x-gateway-error"] == "body_too_large")
        }
    }

    @Test func `calls that end at once as unavailable open the breaker, other ends do not`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            while let request = try? await peer.text(through: "\r\n\r\n") {
                let status = request.contains("/down") ? 14 : 13
                try await peer.send(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\ngrpc-status: \(status)\r\n"
                        + "content-length: 0\r\n\r\n")
            }
        }
        let service = #", "breaker": {"minRequests": 5}"#
        try await withGateway(oneRoute(service: service), upstream: script) { gateway in
            func ask(_ path: String) async throws -> Message {
                try await gateway.ask(
                    "POST \(path) HTTP/1.1\r\nhost: h\r\ncontent-type: application/grpc\r\ncontent-length: 0\r\n\r\n")
            }
            let service = gateway.worker.snapshot.services[0].service
            for _ in 0..<10 { #expect(try await ask("/broken")["grpc-status"] == "13") }
            #expect(service.breakerState == .closed)
            for _ in 0..<11 { _ = try await ask("/down") }
            #expect(service.breakerState == .open)
            let refusal = try await ask("/down")
            #expect(refusal["x-gateway-error"] == "circuit_open")
            #expect(refusal["grpc-retry-pushback-ms"] != nil)
        }
    }
}
