import Foundation
import Gateway
import HTTP
import Policy
import Telemetry
import Testing

@Suite struct GatewayMetricsTests {
    private let metrics = GatewayMetrics(
        shards: 2, reasons: ["no_route", "rate_limited"], upstreamErrors: ["connect", "reset"])

    private var input: MetricsInput {
        let service = ServiceHealth(
            name: "products",
            endpoints: [EndpointHealth(name: "a:1", state: .up), EndpointHealth(name: "b:1", state: .ejected)],
            breaker: .halfOpen,
            processes: [ProcessHealth(instance: 0, pid: 9), ProcessHealth(instance: 1, pid: nil, restarts: 3)])
        return MetricsInput(
            health: HealthDocumentTests.makeInput(error: "bad", services: [service]),
            rateLimitKeys: [(policy: "200/s per ip", count: 12)],
            certificates: [(name: "localhost", notAfter: 1_800_000_000)],
            droppedLogLines: [(log: "access", count: 5)])
    }

    private func text() -> String { String(decoding: metrics.document(input).body, as: UTF8.self) }

    private func countEverything() {
        let route = metrics.route("orders", service: "products")
        route.requests.record(method: Method.get.index, status: 200, shard: 0)
        route.requests.record(method: Method.patch.index, status: 404, shard: 1)
        route.duration.observe(3_000_000, shard: 0)
        route.upstreamDuration.observe(2_000_000, shard: 0)
        route.overhead.observe(20_000, shard: 1)
        route.rejections.add(1, shard: 1)
        metrics.unmatched.rejections.add(0, shard: 0)
        let service = metrics.service("products")
        service.errors.add(0, shard: 0)
        service.retries.add(shard: 1)
        service.transitions(to: .open).add(shard: 0)
        metrics.http2.violations.add(Int(H2Violation.rapidReset.rawValue), shard: 0)
        metrics.http2.malformed.add(Int(H2Malformed.connectionField.rawValue), shard: 1)
        metrics.requestsInFlight.add(2, shard: 0)
        metrics.webSocketConnections.add(1, shard: 1)
        metrics.connections(listener: "https").add(4, shard: 0)
    }

    @Test func `every family is shown with its labels`() {
        countEverything()
        let text = text()
        for line in [
            #"gateway_requests_total{route="orders",service="products",method="GET",code="200"} 1"#,
            #"gateway_requests_total{route="orders",service="products",method="PATCH",code="404"} 1"#,
            #"gateway_request_duration_seconds_bucket{route="orders",service="products",le="0.005"} 1"#,
            #"gateway_upstream_request_duration_seconds_sum{route="orders",service="products"} 0.002"#,
            #"gateway_overhead_seconds_count 1"#,
            #"gateway_requests_in_flight 2"#,
            #"gateway_rejections_total{route="orders",reason="rate_limited"} 1"#,
            #"gateway_rejections_total{route="none",reason="no_route"} 1"#,
            #"gateway_upstream_errors_total{service="products",kind="connect"} 1"#,
            #"gateway_retries_total{service="products"} 1"#,
            #"gateway_http2_violations_total{reason="rapid_reset"} 1"#,
            #"gateway_http2_malformed_total{reason="connection_field"} 1"#,
            #"gateway_circuit_state{service="products"} 2"#,
            #"gateway_circuit_transitions_total{service="products",to="open"} 1"#,
            #"gateway_upstream_healthy{service="products",endpoint="a:1"} 1"#,
            #"gateway_upstream_healthy{service="products",endpoint="b:1"} 0"#,
            #"gateway_rate_limit_keys{policy="200/s per ip"} 12"#,
            #"gateway_config_last_reload_successful 0"#,
            #"gateway_config_info{hash="ab12"} 1"#,
            #"gateway_tls_cert_expiry_timestamp_seconds{certificate="localhost"} 1800000000"#,
            #"gateway_connections{listener="https"} 4"#,
            #"gateway_websocket_connections 1"#,
            #"gateway_process_up{service="products",instance="1"} 0"#,
            #"gateway_process_restarts_total{service="products",instance="1"} 3"#,
            #"gateway_log_dropped_lines_total{log="access"} 5"#,
        ] {
            #expect(text.contains("\n" + line + "\n"), "\(line)")
        }
    }

    @Test func `series of removed routes and services go away, the others survive`() {
        countEverything()
        metrics.route("old", service: "products").requests.record(method: 0, status: 200, shard: 0)
        metrics.service("gone").retries.add(shard: 0)
        metrics.retain(routes: ["orders"], services: ["products"])
        #expect(!text().contains(#"route="old""#))
        #expect(!text().contains(#"service="gone""#))
        #expect(text().contains(#"route="none""#))
        metrics.route("orders", service: "products").requests.record(method: Method.get.index, status: 200, shard: 0)
        #expect(text().contains(#"method="GET",code="200"} 2"#))
    }

    @Test func `methods have the same index here and there`() {
        #expect(RequestCounter.methodCount == Method.count)
        for method in Method.allCases where method != .other {
            #expect(RequestCounter.methodNames[method.index] == "\(method.token)")
        }
    }

    @Test func `promtool finds nothing to complain about`() throws {
        countEverything()
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let promtool = folders.map { $0 + "/promtool" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let promtool else {
            if ProcessInfo.processInfo.environment["CI"] == "true" {
                Issue.record("promtool is not installed: apt-get install prometheus")
            } else {
                print("SKIPPED: promtool is not installed (apt-get install prometheus)")
            }
            return
        }
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: promtool)
        process.arguments = ["check", "metrics"]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        // The text fits into the pipe's buffer.
        try input.fileHandleForWriting.write(contentsOf: Data(metrics.document(self.input).body))
        try input.fileHandleForWriting.close()
        let complaints = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(complaints)")
        #expect(complaints.isEmpty)
    }
}
