internal import Bytes

/// The time that a service has for one request: only waiting for the service counts, not waiting for the client. The
/// client's own deadline, where it has said one, goes by the clock.
struct UpstreamBudget: Sendable {
    private(set) var left: Nanoseconds
    /// When the client gives up.
    let end: Instant

    /// - Parameters:
    ///   - total: how long the service may be waited for.
    ///   - end: when the client gives up.
    init(_ total: Nanoseconds, until end: Instant = .never) {
        left = total
        self.end = end
    }

    /// When a wait that starts now must end.
    func deadline(from now: Instant) -> Instant { min(now + left, end) }

    /// Takes note of a wait.
    mutating func didWait(from start: Instant, to end: Instant) { didWait(end - start) }

    /// Takes note of a wait.
    mutating func didWait(_ waited: Nanoseconds) {
        left = left > waited ? left - waited : 0
    }
}
