internal import HTTP
public import Telemetry

/// What HTTP/2 clients did wrong, by reason.
public final class HTTP2Metrics: Sendable {
    /// Connections that ended because of it; counted by the number of the violation.
    public let violations: ChoiceCounter
    /// Requests that were none; counted by the number of the flaw.
    public let malformed: ChoiceCounter

    init(_ registry: MetricRegistry) {
        violations = registry.choiceCounter(
            "gateway_http2_violations_total", help: "HTTP/2 connections ended because of what their client did.",
            label: "reason", values: H2Violation.allCases.map { "\($0.reason)" })
        malformed = registry.choiceCounter(
            "gateway_http2_malformed_total", help: "HTTP/2 requests reset because they were malformed.",
            label: "reason", values: H2Malformed.allCases.map { "\($0.reason)" })
    }
}
