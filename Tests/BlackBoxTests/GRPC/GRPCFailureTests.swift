import Foundation
import Testing

/// What callers learn of the gateway's own failures, and services of callers that leave.
@Suite(.enabled(if: Places.hasPyPI, "PyPI was out of reach: run make test where it is not"))
struct GRPCFailureTests {
    let fixture: GRPCFixture
    var gateway: GatewayProcess { fixture.gateway }

    init() throws {
        fixture = try GRPCFixture.shared()
    }

    @Test(arguments: [
        ("/test.Echo/Unary", "down", 14, "connect_failed"), ("/test.Echo/Unary", "member", 16, "token_missing"),
        ("/test.Nothing/Unary", "none", 12, "route_not_found"), ("/test.Echo/Count", "down", 14, "connect_failed"),
        ("/test.Echo/Chat", "member", 16, "token_missing"),
    ])
    func `a refusal has a status of gRPC, and the gateway's reason in the metadata`(
        method: String, tenant: String, code: Int, reason: String
    ) throws {
        let id = "refused-\(UUID().uuidString)"
        let call = try gateway.call(
            method, #"{"count": 1}"#, "--metadata", "tenant:\(tenant)", "--metadata", "x-request-id:\(id)")
        #expect(call.code == code)
        #expect(call.details?.isEmpty == false)
        #expect(call.json["trailing"]["x-gateway-error"].string == reason)
        let line = try #require(gateway.accessLogLine(requestID: id))
        #expect(line["reason"].string == reason)
        #expect(line["grpcStatus"].int == code)
        #expect(line["status"].int != 200)
    }

    @Test func `tokens are carried in metadata`() throws {
        let good = try Token.good(more: ["scope": "echo"])
        #expect(try member(good).code == 0)
        #expect(try member("nonsense").code == 16)
        #expect(try member(Token.good(more: ["scope": "other"])).code == 7)
    }

    private func member(_ token: String) throws -> GRPCOutcome {
        try gateway.call("/test.Echo/Unary", "{}", "--metadata", "tenant:member", "--token", token)
    }

    @Test func `who calls too often is told when to come back`() throws {
        let calls = try (0..<2).map { _ in try gateway.call("/test.Echo/Unary", "{}", "--metadata", "tenant:slow") }
        #expect(calls.contains { $0.code == 14 && $0.json["trailing"]["grpc-retry-pushback-ms"].exists })
    }

    @Test func `the route's time ends a call that has no answer`() throws {
        let call = try gateway.call("/test.Echo/Unary", #"{"delay": 20}"#, "--metadata", "tenant:brief")
        #expect(call.code == 4)
        #expect(call.json["trailing"]["x-gateway-error"].string == "upstream_timeout")
    }

    @Test func `a message may be too large, a stream may not`() throws {
        let many = try gateway.call(
            "/test.Echo/Collect", "{}", "--messages", "100", "--size", "1000", "--metadata", "tenant:small")
        #expect(many.code == 0)
        let large = try gateway.call("/test.Echo/Collect", "{}", "--size", "3000", "--metadata", "tenant:small")
        #expect(large.code == 8)
    }

    @Test(arguments: [
        ("/test.Echo/Unary", #"{"delay": 20}"#, "0.5"), ("/test.Echo/Count", #"{"count": 1000, "interval": 0.1}"#, "2"),
    ])
    func `a caller that cancels frees the service at once`(method: String, request: String, after: String) throws {
        let service = try Upstream.grpc()
        let gateway = try GatewayProcess(
            Setup(
                services: """
                    {"up": {"targets": "http://127.0.0.1:\(service.port)", "protocol": "h2c", "health": "none"}}
                    """, routes: #"[{"name": "all", "match": "/**", "to": "up", "auth": "none"}]"#))
        let call = try gateway.call(method, request, "--cancel", after)
        #expect(call.code == 1)
        #expect(try becomesTrue(within: 5) { try service.calls("cancelled") == 1 })
        #expect(try gateway.call("/test.Echo/Unary").code == 0, "the connection is as good as ever")
        #expect(try gateway.metric("gateway_upstream_errors_total") ?? 0 == 0)
    }

    @Test func `a service that dies ends its calls as unavailable`() throws {
        let service = try Upstream.grpc()
        let gateway = try GatewayProcess(
            Setup(
                services: """
                    {"up": {"targets": "http://127.0.0.1:\(service.port)", "protocol": "h2c", "health": "none"}}
                    """, routes: #"[{"name": "all", "match": "/**", "to": "up", "auth": "none"}]"#))
        let call = Background {
            let outcome = try gateway.call("/test.Echo/Count", #"{"count": 1000, "interval": 0.1}"#)
            let reason = outcome.json["trailing"]["x-gateway-error"].string
            return (code: outcome.code, details: outcome.details, reason: reason, answers: outcome.answers.count)
        }
        #expect(try becomesTrue { try service.calls("Count") == 1 })
        service.stop()
        let outcome = try call.value()
        #expect(outcome.code == 14)
        #expect(outcome.details == "The service ended the connection.")
        #expect(outcome.reason == "upstream_reset")
        #expect(outcome.answers > 0)
    }
}
