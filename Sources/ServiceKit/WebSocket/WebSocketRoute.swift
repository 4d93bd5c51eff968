/// An address at which clients may open WebSockets.
struct WebSocketRoute: Sendable {
    let pattern: PathPattern
    let access: Access
    let limits: WebSocketLimits
    let check: Routes.WebSocketCheck
    let respond: Routes.WebSocketResponder
}

extension Routes {
    /// Serves one WebSocket, from its opening to its end. When it returns, the WebSocket is closed with 1000, when it throws
    /// with 1011.
    public typealias WebSocketResponder = @Sendable (ServiceRequest, WebSocket) async throws -> Void
    /// Refuses a request for a WebSocket by throwing a `Problem`, while an ordinary answer can still be given.
    public typealias WebSocketCheck = @Sendable (ServiceRequest) async throws -> Void

    /// Lets clients open WebSockets at `pattern`, where there may be ordinary routes as well.
    ///
    /// - Parameters:
    ///   - access: who may open one.
    ///   - limits: what each may take of time and room.
    ///   - check: refuses what else is to be refused.
    ///   - respond: serves one WebSocket.
    public mutating func webSocket(
        _ pattern: StaticString, access: Access = .signedIn, limits: WebSocketLimits = WebSocketLimits(),
        check: @escaping WebSocketCheck = { _ in }, _ respond: @escaping WebSocketResponder
    ) {
        let route = WebSocketRoute(
            pattern: PathPattern(pattern), access: access, limits: limits, check: check, respond: respond)
        precondition(!webSockets.contains { $0.pattern == route.pattern }, "two WebSockets at \(pattern)")
        let place = webSockets.firstIndex { route.pattern.precedes($0.pattern) } ?? webSockets.endIndex
        webSockets.insert(route, at: place)
    }

    /// Looks up who serves WebSockets at an address.
    func matchWebSocket(_ path: String) -> (WebSocketRoute, PathParameters)? {
        guard let segments = Self.segments(of: path) else { return nil }
        for route in webSockets {
            if let parameters = route.pattern.match(segments) { return (route, parameters) }
        }
        return nil
    }
}
