public import Policy
public import Telemetry

/// Every metric of the gateway, declared in one place; the pipeline counts through the handles that this hands out.
///
/// Handles are found by identity, so counts survive a reload. `retain` lets go of what the configuration lost.
public final class GatewayMetrics: Sendable {
    /// Requests that were begun and not finished.
    public let requestsInFlight: Gauge
    /// Upgraded connections, which count neither as requests in flight nor in latencies.
    public let webSocketConnections: Gauge
    /// Connections that were upgraded so far.
    public let webSocketsOpened: Counter
    /// What the gateway itself took of each request.
    public let overhead: Histogram
    /// Requests that matched no route.
    public let unmatched: RouteMetrics
    /// What HTTP/2 clients did wrong.
    public let http2: HTTP2Metrics

    let registry: MetricRegistry
    private let reasons: [String]
    private let upstreamErrors: [String]

    /// - Parameters:
    ///   - shards: how many event loops count.
    ///   - reasons: the codes of refusals; counted by index.
    ///   - upstreamErrors: the kinds of upstream failures; counted by index.
    public init(shards: Int, reasons: [String], upstreamErrors: [String]) {
        let registry = MetricRegistry(shards: shards)
        self.registry = registry
        self.reasons = reasons
        self.upstreamErrors = upstreamErrors
        requestsInFlight = registry.gauge("gateway_requests_in_flight", help: "Requests begun and not finished.")
        webSocketConnections = registry.gauge("gateway_websocket_connections", help: "Open WebSocket connections.")
        webSocketsOpened = registry.counter(
            "gateway_websocket_opened_total", help: "WebSocket connections opened.")
        overhead = registry.histogram(
            "gateway_overhead_seconds", help: "Time of a request that was the gateway's own.", buckets: .overhead)
        unmatched = RouteMetrics(
            registry, route: Self.none, service: Self.none, reasons: reasons, overhead: overhead)
        http2 = HTTP2Metrics(registry)
    }

    /// The metrics of requests that a route sends to a service.
    public func route(_ route: String, service: String) -> RouteMetrics {
        RouteMetrics(registry, route: route, service: service, reasons: reasons, overhead: overhead)
    }

    /// The metrics of a service.
    public func service(_ name: String) -> ServiceMetrics {
        ServiceMetrics(registry, service: name, errors: upstreamErrors)
    }

    /// The open connections of a listener, such as `https`.
    public func connections(listener: String) -> Gauge {
        registry.gauge("gateway_connections", help: "Open client connections.", ["listener": listener])
    }

    /// Drops the series of routes and services that the configuration no longer has.
    public func retain(routes: Set<String>, services: Set<String>) {
        registry.removeSeries { labels in
            if let route = labels["route"], route != Self.none, !routes.contains(route) { return true }
            if let service = labels["service"], service != Self.none, !services.contains(service) { return true }
            return false
        }
    }

    /// The answer to `/metrics`.
    public func document(_ input: MetricsInput) -> AdminDocument {
        input.render(with: registry)
    }

    private static let none = "none"
}

/// The metrics of one route's requests to one service.
public final class RouteMetrics: Sendable {
    /// Finished requests by method and status.
    public let requests: RequestCounter
    /// From the first byte of a request to the last of its answer.
    public let duration: Histogram
    /// What of it was spent upstream.
    public let upstreamDuration: Histogram
    /// What of it was the gateway's own; one for all routes.
    public let overhead: Histogram
    /// Requests that the gateway refused itself, by reason.
    public let rejections: ChoiceCounter

    init(_ registry: MetricRegistry, route: String, service: String, reasons: [String], overhead: Histogram) {
        let labels: Labels = ["route": route, "service": service]
        requests = registry.requestCounter("gateway_requests_total", help: "Finished requests.", labels)
        duration = registry.histogram(
            "gateway_request_duration_seconds", help: "Time from a request's first byte to its answer's last.", labels)
        upstreamDuration = registry.histogram(
            "gateway_upstream_request_duration_seconds", help: "Time of a request that was spent upstream.", labels)
        rejections = registry.choiceCounter(
            "gateway_rejections_total", help: "Requests that the gateway refused itself.", ["route": route],
            label: "reason", values: reasons)
        self.overhead = overhead
    }
}

/// The metrics of one service.
public final class ServiceMetrics: Sendable {
    /// Tries that failed, by kind.
    public let errors: ChoiceCounter
    /// Requests that were sent once more.
    public let retries: Counter
    private let transitions: [Counter]

    init(_ registry: MetricRegistry, service: String, errors: [String]) {
        self.errors = registry.choiceCounter(
            "gateway_upstream_errors_total", help: "Tries at an endpoint that failed.", ["service": service],
            label: "kind", values: errors)
        retries = registry.counter(
            "gateway_retries_total", help: "Requests that were sent once more.", ["service": service])
        transitions = [BreakerState.closed, .open, .halfOpen].map { state in
            registry.counter(
                "gateway_circuit_transitions_total", help: "Changes of a breaker's state.",
                ["service": service, "to": state.name])
        }
    }

    /// Changes of the breaker to a state.
    public func transitions(to state: BreakerState) -> Counter {
        transitions[Int(state.rawValue)]
    }
}
