import HTTP

extension Service {
    /// What becomes of a request for a WebSocket.
    enum Upgrade {
        /// It is opened.
        case open(WebSocketRoute, ServiceRequest)
        /// It is answered as any other request.
        case refuse(ServiceResponse)
    }

    /// Decides on a request that asks for a WebSocket; nil when there is none at its address, and what it asks for beside
    /// that is answered.
    ///
    /// - Parameter wanted: what it asks for.
    func upgrade(_ original: ServiceRequest, _ wanted: UpgradeRequest) async -> Upgrade? {
        guard let (route, parameters) = routes.matchWebSocket(original.path) else { return nil }
        var request = original
        do {
            switch wanted {
            case .none, .webSocket: break
            case .unknown: throw Problem.badRequest("unknown-protocol", "Only WebSockets can be opened here.")
            case .refused(.unsupportedVersion): throw Problem.upgradeRequired
            case .refused: throw Problem.badRequest("bad-handshake", "The request for a WebSocket is not valid.")
            }
            request = try identified(request)
            request.parameters = parameters
            try route.access.check(request.identity)
            try await route.check(request)
            return .open(route, request)
        } catch {
            return .refuse(problem(for: error, request).response(to: request))
        }
    }

    /// Serves an open WebSocket.
    ///
    /// - Returns: the code to close it with, if nobody has.
    func serve(_ socket: WebSocket, _ route: WebSocketRoute, _ request: ServiceRequest) async -> CloseFrame.Code {
        do {
            try await route.respond(request, socket)
            return .normal
        } catch {
            let problem = problem(for: error, request)
            return problem.status >= 500 ? .internalError : .policyViolation
        }
    }
}

extension Problem {
    /// 426: only a WebSocket is to be had here (RFC 9110 section 15.5.22; RFC 6455 section 4.4).
    static let upgradeRequired = Problem(
        426, "upgrade-required", "Upgrade required", "This address takes WebSockets of version 13.",
        fields: [HeaderField("sec-websocket-version", "13"), HeaderField("upgrade", "websocket")])
}
