public import Bytes
internal import HTTP
public import Reactor
internal import TLS

/// The pool as those see it who only want to ask an endpoint something, whatever protocol it speaks.
extension ConnectionPool {
    /// An exchange over a connection that is there, without waiting; nil when there is none that is fit.
    public func beginIdle(_ target: UpstreamTarget) -> UpstreamExchange? {
        if target.version == .http2 { return multiplexed[target.key]?.open().map(UpstreamExchange.h2) }
        return takeIdle(target.key).map(UpstreamExchange.h1)
    }

    /// An exchange over a new connection to `target`, with its TLS handshake done; over HTTP/2 also over one that came
    /// about meanwhile.
    /// - Parameter onStart: receives whom to interrupt while the connection comes about.
    public func begin(
        _ target: UpstreamTarget, until deadline: Instant, onStart: (Waiter) -> Void = { _ in }
    ) async throws(UpstreamError) -> UpstreamExchange {
        guard target.version == .http2 else { return .h1(try await connect(target, until: deadline, onStart: onStart)) }
        while true {
            // Found anew after each wait: it may have been closed meanwhile.
            let endpoint = multiplexed[target.key] ?? H2Endpoint()
            multiplexed[target.key] = endpoint
            if let stream = endpoint.open() { return .h2(stream) }
            if let attempt = endpoint.attempt {
                try await endpoint.wait(for: attempt, on: loop, until: deadline, onStart: onStart)
                continue
            }
            endpoint.beginAttempt()
            do throws(UpstreamError) {
                let connection = try await open(target, of: endpoint, until: deadline, onStart: onStart)
                // Before those who wait: they may be more than it has room for. One that has none at all would only be
                // followed by more of its kind.
                guard let stream = connection.open() else {
                    connection.retire()
                    throw .closed
                }
                endpoint.endAttempt(with: .success(connection))
                return .h2(stream)
            } catch {
                endpoint.endAttempt(with: .failure(error))
                throw error
            }
        }
    }

    private func open(
        _ target: UpstreamTarget, of endpoint: H2Endpoint, until deadline: Instant, onStart: (Waiter) -> Void
    ) async throws(UpstreamError) -> H2ClientConnection {
        let channel = try await openChannel(target, until: deadline, onStart: onStart)
        guard !channel.isSecure || channel.applicationProtocol == .http2 else {
            channel.close()
            throw .tls(.noCommonApplicationProtocol)
        }
        openCount += 1
        let connection = H2ClientConnection(
            channel: channel, target: target, buffers: buffers, streams: streams, headLimits: headLimits)
        connection.start()
        loop.spawn(with: (self, endpoint, connection)) { pool, endpoint, connection in
            await connection.serve()
            endpoint.remove(connection)
            pool.openCount -= 1
        }
        do {
            try await connection.waitForGreeting(until: deadline, onStart: onStart)
        } catch {
            connection.retire()
            throw error
        }
        return connection
    }

    /// Takes an exchange back that ended well.
    public func release(_ exchange: UpstreamExchange) {
        switch exchange {
        case .h1(let connection): release(connection)
        case .h2(let stream): stream.upstream.finish(stream)
        }
    }

    /// Takes an exchange back that did not end well.
    public func discard(_ exchange: UpstreamExchange) {
        switch exchange {
        case .h1(let connection): discard(connection)
        case .h2(let stream):
            let connection = stream.upstream
            // When nothing has come from there all the while, the next ones had better not wait there.
            if connection.isSilent(since: stream.state.beganAt), stream.hasTimedOut { connection.retire() }
            connection.finish(stream)
        }
    }
}
