import Foundation
import Testing

/// Endpoints come and go by what their health checks say.
@Suite struct HealthCheckTests {
    private static let routes = #"[{"name": "all", "match": "/**", "to": "up", "auth": "none", "retries": 0}]"#
    private static let health =
        #"{"path": "/health", "interval": "200ms", "timeout": "1s", "fall": 2, "rise": 2, "slowStart": "0s"}"#

    private func gateway(_ upstreams: Upstream..., balance: String = "round-robin") throws -> GatewayProcess {
        let targets = upstreams.map { #""\#($0.url)""# }.joined(separator: ", ")
        return try GatewayProcess(
            Setup(
                services: #"{"up": {"targets": [\#(targets)], "health": \#(Self.health), "balance": "\#(balance)"}}"#,
                routes: Self.routes))
    }

    private func names(_ gateway: GatewayProcess, requests: Int = 8) throws -> Set<String> {
        Set(try (0..<requests).map { _ in try gateway.curl("/a").json["upstream"].string ?? "none" })
    }

    @Test(arguments: ["p2c", "round-robin"])
    func `all healthy endpoints get requests`(balance: String) throws {
        let upstreams = try (Upstream(name: "a"), Upstream(name: "b"))
        let gateway = try gateway(upstreams.0, upstreams.1, balance: balance)
        #expect(try becomesTrue { try names(gateway) == ["a", "b"] })
    }

    @Test func `an endpoint that says it is ill gets no requests until it is well`() throws {
        let upstreams = try (Upstream(name: "a"), Upstream(name: "b"))
        let gateway = try gateway(upstreams.0, upstreams.1)
        try upstreams.0.setHealth(503)
        #expect(try becomesTrue { try names(gateway) == ["b"] })
        #expect(try gateway.metric("gateway_upstream_healthy") != nil)
        #expect(try gateway.admin("/health").json["status"].string == "warn")
        try upstreams.0.setHealth(200)
        #expect(try becomesTrue { try names(gateway) == ["a", "b"] })
    }

    @Test func `an endpoint that starts after the gateway is found`() throws {
        let port = try Sockets.freePort()
        let gateway = try GatewayProcess(
            Setup(
                services: #"{"up": {"targets": ["http://127.0.0.1:\#(port)"], "health": \#(Self.health)}}"#,
                routes: Self.routes))
        #expect([502, 503].contains(try gateway.curl("/a").status))
        #expect(try gateway.admin("/health").status == 200, "a dead backend is no reason to restart the gateway")
        #expect(try gateway.admin("/health/ready").status == 200)
        let upstream = try Upstream(name: "late", port: port)
        #expect(try becomesTrue { try gateway.curl("/a").json["upstream"].string == "late" })
        withExtendedLifetime(upstream) {}
    }

    @Test func `with one of two endpoints gone no idempotent request fails`() throws {
        let upstreams = try (Upstream(name: "a"), Upstream(name: "b"))
        let targets = [upstreams.0, upstreams.1].map { #""\#($0.url)""# }.joined(separator: ", ")
        let gateway = try GatewayProcess(
            Setup(
                services: #"{"up": {"targets": [\#(targets)], "health": \#(Self.health)}}"#,
                routes: #"[{"name": "all", "match": "/**", "to": "up", "auth": "none"}]"#))
        #expect(try becomesTrue { try names(gateway) == ["a", "b"] })
        upstreams.1.stop()
        let wire = try gateway.wire()
        for _ in 0..<50 {
            #expect(try wire.exchange("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200)
        }
    }

    @Test func `weights share the requests out`() throws {
        let upstreams = try (Upstream(name: "old"), Upstream(name: "new"))
        let gateway = try GatewayProcess(
            Setup(
                services:
                    #"{"old": {"targets": ["\#(upstreams.0.url)"]}, "new": {"targets": ["\#(upstreams.1.url)"]}}"#,
                routes: #"[{"name": "all", "match": "/**", "to": {"old": 80, "new": 20}, "auth": "none"}]"#))
        let wire = try gateway.wire()
        let new = try (0..<400).count { _ in
            try wire.exchange("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n").json["upstream"].string == "new"
        }
        // Six standard deviations of a fair draw.
        #expect((32...128).contains(new), "\(new) of 400")
    }
}
