import Foundation
import Testing

/// A service that fails is left alone for a while, and clients are told at once.
@Suite struct BreakerTests {
    private func gateway(_ upstream: Upstream) throws -> GatewayProcess {
        let breaker = #"{"errorRate": 0.5, "minRequests": 5, "window": "10s", "open": "1s", "probes": 1}"#
        return try GatewayProcess(
            .forwarding(
                to: upstream, settings: #", "breaker": \#(breaker)"#,
                routes: #"[{"name": "all", "match": "/**", "to": "up", "auth": "none", "retries": 0}]"#))
    }

    /// Sends requests until the gateway answers one itself.
    private func open(_ gateway: GatewayProcess) throws -> Answer? {
        try eventually(within: 10) {
            let answer = try gateway.curl("/a")
            return answer.status == 503 && answer.reason != nil ? answer : nil
        }
    }

    @Test func `it opens on failures, answers 503 with Retry-After, and closes when the service is well`() throws {
        let upstream = try Upstream()
        let gateway = try gateway(upstream)
        try upstream.setStatus(503)
        let refused = try #require(try open(gateway), "the breaker did not open")
        #expect((1...60).contains(refused["Retry-After"].flatMap(Int.init) ?? 0))
        let before = try upstream.requests()
        for _ in 0..<5 { _ = try gateway.curl("/a") }
        #expect(try upstream.requests() - before <= 2, "an open breaker lets next to nothing through")
        #expect(try gateway.metric("gateway_circuit_transitions_total") ?? 0 >= 1)
        let health = try gateway.admin("/health")
        #expect(health.status == 200)
        #expect(health.json["status"].string == "warn")

        try upstream.setStatus(nil)
        #expect(try becomesTrue(within: 20) { try gateway.curl("/a").status == 200 })
    }

    @Test func `while the service is ill a probe fails and it opens again`() throws {
        let upstream = try Upstream()
        let gateway = try gateway(upstream)
        try upstream.setStatus(502)
        _ = try #require(try open(gateway), "the breaker did not open")
        let transitions = try gateway.metric("gateway_circuit_transitions_total") ?? 0
        #expect(
            try becomesTrue(within: 15) {
                _ = try gateway.curl("/a")
                return try gateway.metric("gateway_circuit_transitions_total") ?? 0 >= transitions + 2
            })
        #expect(try gateway.curl("/a").status >= 500)
    }

    @Test(arguments: [400, 404, 429, 500])
    func `answers that are no failures of the service do not open it`(status: Int) throws {
        let upstream = try Upstream()
        let gateway = try gateway(upstream)
        let wire = try gateway.wire()
        for _ in 0..<30 {
            let answer = try wire.exchange("GET /a?status=\(status) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(answer.status == status)
            #expect(answer.reason == nil)
        }
    }

    @Test func `a service that nobody can reach is refused at once after a few tries`() throws {
        let upstream = try Upstream()
        let gateway = try gateway(upstream)
        upstream.stop()
        let answers = try (0..<15).map { _ in try gateway.curl("/a") }
        #expect(answers.allSatisfy { [502, 503].contains($0.status) && $0.reason != nil })
        #expect(answers.last?.status == 503)
        #expect(answers.last?["Retry-After"] != nil)
    }
}
