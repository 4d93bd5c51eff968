internal import Policy
internal import Telemetry

/// Logs and counts each change of an endpoint's or a breaker's state once, with its reason.
struct TransitionLog: Sendable {
    let logger: Logger
    let metrics: GatewayMetrics

    @Sendable
    func record(_ service: String, _ transition: UpstreamTransition) {
        switch transition {
        case .health(let endpoint, let state):
            let (name, text) = (endpoint.name, "\(state)")
            if state == .up {
                logger.info(
                    "endpoint is up",
                    ["service": .string(service), "endpoint": .string(name), "state": .string(text)])
            } else {
                logger.warning(
                    "endpoint is \(state)",
                    [
                        "service": .string(service), "endpoint": .string(name), "state": .string(text),
                        "reason": .string(endpoint.problem ?? "unknown"),
                    ])
            }
        case .ejected(let endpoint, let length):
            logger.warning(
                "endpoint ejected: too many requests failed",
                [
                    "service": .string(service), "endpoint": .string(endpoint.name),
                    "seconds": .integer(Int(length / 1_000_000_000)),
                ])
        case .breaker(let change):
            metrics.service(service).transitions(to: change.to).add()
            logger.warning(
                "circuit is \(change.to.name)",
                ["service": .string(service), "from": .string(change.from.name), "to": .string(change.to.name)])
        }
    }
}
