import Bytes
import Policy
import Telemetry

/// What `/metrics` reads at the moment of a scrape, beside what is counted.
public struct MetricsInput: Sendable {
    /// What /health shows.
    public var health: HealthInput
    /// How many keys each rate-limit policy holds.
    public var rateLimitKeys: [(policy: String, count: Int)]
    /// When certificates expire, in seconds since 1970.
    public var certificates: [(name: String, notAfter: Int64)]
    /// Lines that each log dropped.
    public var droppedLogLines: [(log: String, count: UInt64)]

    /// Collects what is known.
    public init(
        health: HealthInput, rateLimitKeys: [(policy: String, count: Int)] = [],
        certificates: [(name: String, notAfter: Int64)] = [], droppedLogLines: [(log: String, count: UInt64)] = []
    ) {
        self.health = health
        self.rateLimitKeys = rateLimitKeys
        self.certificates = certificates
        self.droppedLogLines = droppedLogLines
    }

    func render(with registry: MetricRegistry) -> AdminDocument {
        var buffer = ByteBuffer(capacity: 16 << 10)
        registry.render(into: &buffer, with: observations)
        return AdminDocument(
            contentType: "text/plain; version=0.0.4; charset=utf-8", body: buffer.readable.array)
    }

    private var observations: [Observation] {
        configurationObservations + serviceObservations + processObservations + [
            Observation(
                "gateway_rate_limit_keys", help: "Keys that a rate-limit policy holds.",
                rateLimitKeys.map { Sample(Double($0.count), ["policy": $0.policy]) }),
            Observation(
                "gateway_revoked_tokens", help: "Tokens and sessions that are known to be revoked.",
                health.revocations.map { Sample(Double($0.count), ["jwt": $0.profile]) }),
            Observation(
                "gateway_tls_cert_expiry_timestamp_seconds", help: "When a certificate expires.",
                certificates.map { Sample(Double($0.notAfter), ["certificate": $0.name]) }),
            Observation(
                "gateway_log_dropped_lines_total", .counter, help: "Lines that a log dropped.",
                droppedLogLines.map { Sample(Double($0.count), ["log": $0.log]) }),
        ]
    }

    private var configurationObservations: [Observation] {
        let configuration = health.configuration
        return [
            Observation(
                "gateway_config_last_reload_successful", help: "Whether the last reload went well.",
                [Sample(configuration.lastError == nil ? 1 : 0)]),
            Observation(
                "gateway_config_info", help: "The configuration in force.", [Sample(1, ["hash": configuration.hash])]),
            Observation(
                "gateway_config_generation", help: "How many configurations were in force so far.",
                [Sample(Double(configuration.generation))]),
        ]
    }

    private var serviceObservations: [Observation] {
        let states = health.services.compactMap { service in
            service.breaker.map { Sample(Double($0.rawValue), ["service": service.name]) }
        }
        let endpoints = health.services.flatMap { service in
            service.endpoints.map { endpoint in
                Sample(endpoint.state == .up ? 1 : 0, ["service": service.name, "endpoint": endpoint.name])
            }
        }
        return [
            Observation("gateway_circuit_state", help: "A breaker: 0 closed, 1 open, 2 half-open.", states),
            Observation("gateway_upstream_healthy", help: "Whether an endpoint gets requests.", endpoints),
        ]
    }

    private var processObservations: [Observation] {
        let processes = health.services.flatMap { service in
            service.processes.map { process in
                (process: process, labels: ["service": service.name, "instance": "\(process.instance)"] as Labels)
            }
        }
        return [
            Observation(
                "gateway_process_up", help: "Whether a process of a service runs.",
                processes.map { Sample($0.process.pid == nil ? 0 : 1, $0.labels) }),
            Observation(
                "gateway_process_restarts_total", .counter, help: "How often a process was started again.",
                processes.map { Sample(Double($0.process.restarts), $0.labels) }),
        ]
    }
}
