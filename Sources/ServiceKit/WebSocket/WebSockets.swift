import Bytes
import Crypto
import HTTP
import Reactor
import Transport

/// The open WebSockets of a server. They have no timers of their own: once a second all are looked at.
final class WebSockets {
    private var open: [ObjectIdentifier: WebSocket] = [:]
    private var isStopping = false

    /// Agrees to a WebSocket, and serves it to its end.
    func serve(
        _ exchange: Exchange, _ limits: WebSocketLimits, _ respond: (WebSocket) async -> CloseFrame.Code
    ) async {
        let challenge = WebSocketKey.challenge(of: exchange.request.fields.value(of: .secWebSocketKey))
        let accept = WebSocketKey.accept(digest: SHA1.digest(challenge.span).span)
        exchange.openTunnel(accept: accept.span)
        let socket = WebSocket(exchange, limits)
        // The handshake goes out before anybody has something to say.
        guard (try? await exchange.drain()) != nil else { return exchange.abort() }
        open[ObjectIdentifier(socket)] = socket
        if isStopping { socket.close(.goingAway) }
        await socket.run(respond)
        open[ObjectIdentifier(socket)] = nil
    }

    /// Looks after all of them.
    func tick(at now: Instant) {
        for socket in open.values { socket.tick(at: now) }
    }

    /// Ends all, and those that are still to come.
    func stop() {
        isStopping = true
        for socket in open.values { socket.close(.goingAway) }
    }
}
