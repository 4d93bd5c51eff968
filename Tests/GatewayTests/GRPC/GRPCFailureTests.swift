import Bytes
import Reactor
import Telemetry
import Testing

@testable import Gateway

/// What callers of gRPC methods learn of the gateway's failures.
struct GRPCFailureTests {
    private let call = "POST /shop.Orders/Get HTTP/1.1\r\nhost: h\r\ncontent-type: application/grpc\r\n"
    private let silent: ScriptedUpstream.Script = { peer, _ in _ = try await peer.fill() }
    private let broken: ScriptedUpstream.Script = { peer, _ in
        _ = try await peer.head()
        peer.close()
    }

    @Test func `a failure is a status of gRPC, and logs and metrics say the gateway's reason`() async throws {
        try await withGateway(oneRoute(#", "retries": 0"#), upstream: broken) { gateway in
            let answer = try await gateway.ask(call + "content-length: 0\r\n\r\n")
            #expect(answer.status == 200)
            #expect(answer["content-type"] == "application/grpc")
            #expect(answer["grpc-status"] == "14")
            #expect(answer["grpc-message"] == "The service ended the connection.")
            #expect(answer["x-gateway-error"] == "upstream_reset")
            #expect(answer["x-request-id"] != nil)
            #expect(answer["grpc-retry-pushback-ms"] == nil)
            #expect(answer.body.isEmpty)
            let line = try #require(try gateway.accessLines().first)
            #expect(line["status"] as? Int == 502)
            #expect(line["grpcStatus"] as? Int == 14)
            #expect(line["reason"] as? String == "upstream_reset")
            let counted = gateway.worker.snapshot.routes[0].targets[0].metrics.requests.values
            #expect(counted.map(\.status) == [502])
        }
    }

    @Test func `who asks too often is told when to call again`() async throws {
        let route = #", "rateLimit": "1/m per ip", "retries": 0"#
        try await withGateway(oneRoute(route), upstream: broken) { gateway in
            _ = try await gateway.ask(call + "content-length: 0\r\n\r\n")
            let answer = try await gateway.ask(call + "content-length: 0\r\n\r\n")
            #expect(answer["grpc-status"] == "14")
            #expect(answer["x-gateway-error"] == "rate_limited")
            let pushback = try #require(answer["grpc-retry-pushback-ms"].flatMap { Int($0) })
            #expect((1...60_000).contains(pushback))
            #expect(answer["retry-after"] != nil)
        }
    }

    @Test(arguments: ["0S", "20m"])
    func `the caller's deadline ends the wait, and says nothing against the service`(timeout: String) async throws {
        try await withGateway(oneRoute(), upstream: silent) { gateway in
            for _ in 0..<8 {
                let answer = try await gateway.ask(call + "grpc-timeout: \(timeout)\r\ncontent-length: 0\r\n\r\n")
                #expect(answer["grpc-status"] == "4")
            }
            let lines = try gateway.accessLines()
            #expect(lines.allSatisfy { $0["reason"] as? String == "deadline_exceeded" && $0["status"] as? Int == 504 })
            let service = gateway.worker.snapshot.services[0].service
            #expect(service.endpoints.allSatisfy { !$0.isEjected(now: gateway.loop.now) })
        }
    }

    @Test(arguments: ["1H", "nonsense"])
    func `the route's time holds for callers that would wait longer`(timeout: String) async throws {
        try await withGateway(oneRoute(#", "timeout": "30ms""#), upstream: silent) { gateway in
            let answer = try await gateway.ask(call + "grpc-timeout: \(timeout)\r\ncontent-length: 0\r\n\r\n")
            #expect(answer["grpc-status"] == "4")
            #expect(answer["x-gateway-error"] == "upstream_timeout")
        }
    }

    @Test func `the deadline of a call means nothing to other requests`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            try await peer.send("HTTP/1.1 204 No Content\r\n\r\n")
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            let answer = try await gateway.ask("GET /a HTTP/1.1\r\nhost: h\r\ngrpc-timeout: 0S\r\n\r\n")
            #expect(answer.status == 204)
        }
    }

    @Test func `how a call ended stands in the access log`() async throws {
        let script: ScriptedUpstream.Script = { peer, _ in
            _ = try await peer.head()
            try await peer.send(
                "HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\ntransfer-encoding: chunked\r\n\r\n"
                    + "5\r\nhello\r\n0\r\ngrpc-status: 5\r\n\r\n")
        }
        try await withGateway(oneRoute(), upstream: script) { gateway in
            _ = try await gateway.ask(call + "content-length: 0\r\n\r\n")
            let line = try #require(try gateway.accessLines().first)
            #expect(line["status"] as? Int == 200)
            #expect(line["grpcStatus"] as? Int == 5)
        }
    }
}
