internal import HTTP
internal import Reactor
internal import Telemetry
internal import Transport

/// Counts and logs, on one loop, what HTTP/2 clients do wrong.
///
/// Connections that end are logged at `info`, malformed requests at `debug`.
final class MisconductWatch {
    private let loop: EventLoop
    private let metrics: HTTP2Metrics
    private let logger: Logger
    private var budget = LineBudget(linesPerSecond: 10)

    init(loop: EventLoop, core: GatewayCore) {
        self.loop = loop
        metrics = core.metrics.http2
        logger = core.logger
    }

    /// Hears from now on what the clients of a server do.
    func watch(_ server: ServerWorker) {
        server.onMisconduct = { [self] misconduct, peer in note(misconduct, by: peer) }
    }

    private func note(_ misconduct: H2Misconduct, by peer: SocketAddress) {
        switch misconduct {
        case .violation(let violation):
            metrics.violations.add(Int(violation.rawValue), shard: loop.index)
            log(.info, "HTTP/2 connection ended for what its client did", violation.reason, peer)
        case .malformed(let flaw):
            metrics.malformed.add(Int(flaw.rawValue), shard: loop.index)
            log(.debug, "malformed HTTP/2 request", flaw.reason, peer)
        }
    }

    private func log(_ level: LogLevel, _ message: String, _ reason: StaticString, _ peer: SocketAddress) {
        guard level >= logger.level, let unsaid = budget.take(at: loop.now) else { return }
        let client = peer.internetAddress.map { "\($0)" } ?? "\(peer)"
        logger.log(level, message, ["clientIp": "\(client)", "reason": "\(reason)", "unsaid": .integer(unsaid)])
    }
}
