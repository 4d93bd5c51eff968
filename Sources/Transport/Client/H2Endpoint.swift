internal import Bytes
internal import Reactor

/// The HTTP/2 connections of one loop to one endpoint: as few as have room for all streams.
final class H2Endpoint {
    /// A connection that is coming about, and those who wait for it instead of opening more.
    final class Attempt {
        fileprivate var waiters: [Waiter] = []
        /// Why it did not come about.
        fileprivate(set) var error: UpstreamError?
    }

    private(set) var connections: [H2ClientConnection] = []
    private(set) var attempt: Attempt?
    /// The endpoint is gone: what still comes about serves those who wait for it, and nobody after them.
    private var isRetired = false

    /// A stream on a connection that is there.
    func open() -> H2Stream? {
        for connection in connections {
            if let stream = connection.open() { return stream }
        }
        return nil
    }

    /// Begins an attempt; there is at most one at a time.
    func beginAttempt() {
        attempt = Attempt()
    }

    /// Ends the attempt. Those who waited use the connection, or fail as it did. When the one who tried only gave up, or had
    /// less time than they have, one of them tries again.
    func endAttempt(with result: Result<H2ClientConnection, UpstreamError>) {
        guard let attempt else { return }
        self.attempt = nil
        switch result {
        case .success(let connection):
            connections.append(connection)
            if isRetired { connection.retire() }
        case .failure(.connect(.interrupted)), .failure(.connect(.timedOut)): break
        case .failure(let error): attempt.error = error
        }
        for waiter in attempt.waiters { waiter.becomeReadable() }
    }

    /// Waits for the attempt's end.
    func wait(
        for attempt: Attempt, on loop: EventLoop, until deadline: Instant, onStart: (Waiter) -> Void
    ) async throws(UpstreamError) {
        let waiter = Waiter(loop: loop)
        onStart(waiter)
        attempt.waiters.append(waiter)
        switch await waiter.waitReadable(until: deadline) {
        case .ready: if let error = attempt.error { throw error }
        case .timedOut: throw .connect(.timedOut)
        case .interrupted: throw .connect(.interrupted)
        }
    }

    /// Lets the streams end, and then their connections.
    func retire() {
        isRetired = true
        for connection in connections { connection.retire() }
    }

    func remove(_ connection: H2ClientConnection) {
        connections.removeAll { $0 === connection }
    }
}
