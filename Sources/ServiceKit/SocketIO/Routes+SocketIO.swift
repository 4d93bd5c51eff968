import HTTP

extension Routes {
    /// Speaks Socket.IO at `pattern`, over long polling and WebSockets: the published clients want `/socket.io/`.
    ///
    /// Who may connect is not looked at before a client says who it is, in its CONNECT packet.
    ///
    /// - Parameters:
    ///   - pattern: the address.
    ///   - server: who is connected.
    ///   - application: what the service does with them.
    public mutating func socketIO(
        _ pattern: StaticString, _ server: SocketServer, _ application: some SocketApplication
    ) {
        let endpoint = SocketEndpoint(server: server, application: application)
        on(.get, pattern, access: .anyone) { try await endpoint.get($0) }
        on(.post, pattern, access: .anyone) { try await endpoint.post($0) }
        var limits = WebSocketLimits()
        limits.message = server.limits.payload
        limits.queue = server.limits.queue
        webSocket(pattern, access: .anyone, limits: limits, check: { try endpoint.check($0) }) { request, socket in
            try await endpoint.serve(request, socket)
        }
        onStop { server.stop() }
    }
}
