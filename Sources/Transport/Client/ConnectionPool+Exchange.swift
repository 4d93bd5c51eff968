public import Bytes
public import Reactor

/// The pool as those see it who only want to ask an endpoint something, whatever protocol it speaks.
extension ConnectionPool {
    /// An exchange over a connection that is there, without waiting; nil when there is none that is fit.
    public func beginIdle(_ target: UpstreamTarget) -> UpstreamExchange? {
        takeIdle(target.key).map(UpstreamExchange.h1)
    }

    /// An exchange over a new connection to `target`, with its TLS handshake done.
    /// - Parameter onStart: receives whom to interrupt while the connection comes about.
    public func begin(
        _ target: UpstreamTarget, until deadline: Instant, onStart: (Waiter) -> Void = { _ in }
    ) async throws(UpstreamError) -> UpstreamExchange {
        .h1(try await connect(target, until: deadline, onStart: onStart))
    }

    /// Takes an exchange back that ended well.
    public func release(_ exchange: UpstreamExchange) {
        switch exchange {
        case .h1(let connection): release(connection)
        }
    }

    /// Takes an exchange back that did not end well.
    public func discard(_ exchange: UpstreamExchange) {
        switch exchange {
        case .h1(let connection): discard(connection)
        }
    }
}
