internal import Bytes

/// The time that a service has for one request: only waiting for the service counts, not waiting for the client.
struct UpstreamBudget: Sendable {
    private(set) var left: Nanoseconds

    init(_ total: Nanoseconds) { left = total }

    /// When a wait that starts now must end.
    func deadline(from now: Instant) -> Instant { now + left }

    /// Takes note of a wait.
    mutating func didWait(from start: Instant, to end: Instant) { didWait(end - start) }

    /// Takes note of a wait.
    mutating func didWait(_ waited: Nanoseconds) {
        left = left > waited ? left - waited : 0
    }
}
