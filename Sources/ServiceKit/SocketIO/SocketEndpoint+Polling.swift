/// Long polling: a GET opens a session or waits for packets, a POST brings some.
extension SocketEndpoint {
    /// Answers a GET.
    func get(_ request: ServiceRequest) async throws(Problem) -> ServiceResponse {
        guard try transport(of: request) == .polling else {
            throw .badRequest("bad-handshake", "A WebSocket is opened with an upgrade.")
        }
        let connection =
            request.query["sid"] == nil ? try server.open(over: nil) : try connection(of: request)
        defer { server.reap(connection) }
        guard case .packets(let packets)? = await connection.poll() else {
            throw .badRequest("session-ended", "The session takes no poll now.")
        }
        return ServiceResponse(status: 200, fields: Self.textFields, body: EnginePayload.encode(packets))
    }

    /// Answers a POST.
    func post(_ request: ServiceRequest) async throws(Problem) -> ServiceResponse {
        guard try transport(of: request) == .polling else {
            throw .badRequest("bad-transport", "Only long polling posts.")
        }
        let connection = try connection(of: request)
        guard request.body.count <= server.limits.payload else {
            throw Problem(
                413, "too-large", "Content too large", "A payload has at most \(server.limits.payload) bytes.")
        }
        defer { server.reap(connection) }
        guard connection.change({ $0.engine.beginPost() }) else {
            throw .badRequest("bad-request", "The session does not take this now.")
        }
        defer { connection.change { $0.engine.endPost() } }
        let packets: [EnginePacket]
        do throws(EngineError) {
            packets = try EnginePayload.decode(request.body)
        } catch {
            connection.finish(EngineEnd(error))
            throw .badRequest("bad-payload", "The payload is not taken: \(error.reason).")
        }
        await receive(packets, from: connection)
        if let end = connection.end, end != .clientClosed {
            throw .badRequest("session-ended", "The session has ended: \(end.rawValue).")
        }
        return ServiceResponse(status: 200, fields: Self.textFields, body: Array("ok".utf8))
    }

    private static let textFields = [
        HeaderField("content-type", "text/plain; charset=UTF-8"), HeaderField("cache-control", "no-store"),
    ]

    /// How the client wants to go on.
    enum Transport: String {
        case polling
        case websocket
    }

    /// Reads `EIO` and `transport`.
    func transport(of request: ServiceRequest) throws(Problem) -> Transport {
        guard request.query["EIO"] == "4" else {
            throw .badRequest("unsupported-protocol-version", "Only version 4 of Engine.IO is spoken here.")
        }
        guard let transport = request.query["transport"].flatMap(Transport.init) else {
            throw .badRequest("unknown-transport", "The transport is polling or websocket.")
        }
        return transport
    }

    /// The session that a request belongs to.
    func connection(of request: ServiceRequest) throws(Problem) -> SocketConnection {
        guard let id = request.query["sid"], let connection = server.connection(id) else {
            throw .badRequest("unknown-session", "There is no such session.")
        }
        return connection
    }
}

extension EngineError {
    /// What is wrong, for people.
    fileprivate var reason: String {
        switch self {
        case .malformed: "it is malformed"
        case .binary: "binary packets are not supported"
        case .tooMany: "it has more than \(EnginePayload.mostReceived) packets"
        }
    }
}
