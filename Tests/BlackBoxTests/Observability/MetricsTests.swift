import Foundation
import Testing

/// `/metrics` in the Prometheus text format.
@Suite struct MetricsTests {
    let fixture: Fixture

    init() throws {
        fixture = try Fixture.shared()
    }

    var gateway: GatewayProcess { fixture.gateway }

    @Test func `every family is there, with help and type`() throws {
        _ = try (gateway.curl("/open/a"), gateway.curl("/private/a"))
        let text = try gateway.admin("/metrics").text
        let names = [
            "gateway_requests_total", "gateway_request_duration_seconds", "gateway_upstream_request_duration_seconds",
            "gateway_overhead_seconds", "gateway_requests_in_flight", "gateway_rejections_total",
            "gateway_upstream_errors_total", "gateway_retries_total", "gateway_circuit_state",
            "gateway_circuit_transitions_total", "gateway_upstream_healthy", "gateway_rate_limit_keys",
            "gateway_config_last_reload_successful", "gateway_config_info", "gateway_tls_cert_expiry_timestamp_seconds",
            "gateway_connections", "gateway_websocket_connections",
        ]
        for name in names {
            #expect(text.contains("# TYPE \(name) "), "\(name)")
            #expect(text.contains("# HELP \(name) "), "\(name)")
        }
    }

    @Test(.enabled(if: Places.promtool != nil, "promtool (Debian's prometheus package) was out of reach"))
    func `promtool finds nothing wrong`() throws {
        _ = try (gateway.curl("/open/a"), gateway.curl("/private/a"), gateway.curl("/nowhere"))
        let metrics = try gateway.admin("/metrics")
        #expect(metrics["Content-Type"]?.hasPrefix("text/plain; version=0.0.4") == true)
        let command = try Command.run(try #require(Places.promtool), ["check", "metrics"], input: metrics.body)
        #expect(command.status == 0, "\(command.allText)")
    }

    @Test func `requests are counted by route, service, method and status`() throws {
        func count() throws -> Double {
            try gateway.metric(
                "gateway_requests_total", #"route="write-only""#, #"service="up""#, #"method="DELETE""#, #"code="200""#)
                ?? 0
        }
        let before = try count()
        for _ in 0..<3 { _ = try gateway.curl("/write-only", "--request", "DELETE") }
        #expect(try becomesTrue { try count() == before + 3 })
    }

    @Test func `refusals are counted by reason`() throws {
        let answer = try gateway.curl("/admins/a")
        let reason = try #require(answer.reason)
        #expect(
            try becomesTrue {
                try gateway.metric("gateway_rejections_total", #"route="admins""#, "reason=\"\(reason)\"") ?? 0 >= 1
            })
    }

    @Test func `latencies fall into the documented buckets`() throws {
        _ = try gateway.curl("/open/a")
        let text = try gateway.admin("/metrics").text
        for bound in [
            "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf",
        ] {
            #expect(text.contains("le=\"\(bound)\""), "\(bound)")
        }
    }

    @Test func `no label holds a path, a user or an address of a client`() throws {
        _ = try gateway.curl("/open/very-secret-path?user=carol", token: Token.good(subject: "mallory"))
        let text = try gateway.admin("/metrics").text
        for part in ["very-secret-path", "carol", "mallory"] { #expect(!text.contains(part), "\(part)") }
    }
}
