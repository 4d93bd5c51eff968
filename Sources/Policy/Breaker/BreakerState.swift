/// The three states of a breaker, as metrics and /health show them.
public enum BreakerState: UInt8, Hashable, Sendable {
    /// Requests pass.
    case closed
    /// Requests are refused.
    case open
    /// A few requests pass, to see whether the service recovered.
    case halfOpen
}

/// A change of a breaker's state.
public struct BreakerTransition: Hashable, Sendable {
    /// The state before.
    public let from: BreakerState
    /// The state after.
    public let to: BreakerState

    /// - Parameters:
    ///   - from: the state before.
    ///   - to: the state after.
    public init(from: BreakerState, to: BreakerState) {
        self.from = from
        self.to = to
    }
}

/// The leave to send one probe while a breaker is half open. Worth nothing once its deadline passed and another took
/// its place, or once the breaker left the half-open state.
public struct BreakerPermit: Hashable, Sendable {
    let number: UInt64
}

/// What a breaker says to a request.
public enum BreakerAdmission: Hashable, Sendable {
    /// It may pass.
    case pass
    /// It may pass as a probe, and must report how it went with the permit.
    case probe(BreakerPermit)
    /// It is refused.
    case open(retryAfter: Nanoseconds)
}

/// How a request that a breaker admitted went.
public enum BreakerOutcome: Hashable, Sendable {
    /// It was answered.
    case success
    /// No connection could be made.
    case connectFailure
    /// It failed in another way.
    case failure
    /// It says nothing about the service: the client left, or the gateway gave up for its own reasons.
    case cancelled
}
