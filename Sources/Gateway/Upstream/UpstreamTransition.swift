public import Policy

/// A change in the state of a service, for log and metrics.
public enum UpstreamTransition: Sendable {
    /// Active checks, or the end of its process, changed what is known of an endpoint.
    case health(Endpoint, HealthState)
    /// An endpoint was ejected because of what requests to it met.
    case ejected(Endpoint, length: Nanoseconds)
    /// The breaker changed its state.
    case breaker(BreakerTransition)
}

/// Hears of every change in the state of a service. Called seldom, on whatever thread caused the change, outside of any
/// lock; it must not block.
public typealias TransitionSink = @Sendable (_ service: String, _ transition: UpstreamTransition) -> Void

/// How a request to an endpoint went.
public enum UpstreamOutcome: Hashable, Sendable {
    /// It answered with a status. Which statuses are failures is a setting of the service.
    case response(status: UInt16)
    /// It gave no whole answer.
    case failure(UpstreamFailure)
    /// The client left, or the gateway ended the request for reasons of its own: says nothing about the endpoint.
    case cancelled
}

/// Why an endpoint gave no whole answer.
public enum UpstreamFailure: Hashable, Sendable {
    /// No connection could be made.
    case connect
    /// The connection broke.
    case reset
    /// It took too long.
    case timeout
    /// What came was not a valid answer.
    case invalid
}
