/// WebSockets: they open a session, or take over one that began with long polling.
extension SocketEndpoint {
    /// Refuses a WebSocket for which there is no session.
    func check(_ request: ServiceRequest) throws(Problem) {
        guard try transport(of: request) == .websocket else {
            throw .badRequest("bad-transport", "A WebSocket has the transport websocket.")
        }
        guard request.query["sid"] != nil else { return }
        let isWaiting = try connection(of: request).change { $0.engine.isPollingOnly }
        guard isWaiting else { throw .badRequest("bad-transport", "The session has a WebSocket already.") }
    }

    /// Serves a WebSocket.
    func serve(_ request: ServiceRequest, _ socket: WebSocket) async throws(Problem) {
        let connection: SocketConnection
        if request.query["sid"] == nil {
            connection = try server.open(over: socket.sender)
        } else {
            connection = try self.connection(of: request)
            guard await takeOver(connection, socket) else { return }
        }
        while let message = await socket.receive() {
            do throws(EngineError) {
                await receive([try packet(of: message)], from: connection)
            } catch {
                connection.finish(EngineEnd(error))
            }
        }
        connection.finish(.connectionLost)
        server.reap(connection)
    }

    /// Tries the WebSocket, and lets the session go on over it when the client says so.
    ///
    ///     client: 2probe   server: 3probe, and an answer to the poll that waits   client: 5
    ///
    /// - Returns: false when it came to nothing; the session goes on with long polling.
    private func takeOver(_ connection: SocketConnection, _ socket: WebSocket) async -> Bool {
        guard await next(socket) == .ping("probe") else { return false }
        let now = server.now
        let isTried = connection.change { state in
            guard state.engine.beginProbe(at: now) else { return false }
            state.webSocket = socket.sender
            socket.send(EnginePacket.pong("probe").text)
            return true
        }
        guard isTried else { return false }
        let isWanted = await next(socket) == .upgrade
        return connection.change { state in
            guard isWanted else {
                state.engine.endProbe()
                return false
            }
            return state.engine.upgrade()
        }
    }

    private func next(_ socket: WebSocket) async -> EnginePacket? {
        guard let message = await socket.receive() else { return nil }
        return try? packet(of: message)
    }

    private func packet(of message: WebSocketMessage) throws(EngineError) -> EnginePacket {
        guard case .text(let text) = message else { throw .binary }
        return try EnginePacket(text)
    }
}
