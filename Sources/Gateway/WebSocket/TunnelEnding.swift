/// Why an open WebSocket ended.
enum TunnelEnding {
    /// The client closed its side.
    case clientClosed
    /// The service closed its side.
    case serviceClosed
    /// The client's connection broke.
    case clientGone
    /// The connection to the service broke.
    case serviceGone
    /// Neither side said anything for too long.
    case idle
    /// One side sent what is no WebSocket.
    case violation
    /// A reload took its route away, or changed it.
    case routeChanged
    /// The gateway stops.
    case draining

    /// The code in the access log.
    var reason: StaticString {
        switch self {
        case .clientClosed: "client_closed"
        case .serviceClosed: "service_closed"
        case .clientGone: "client_gone"
        case .serviceGone: "service_gone"
        case .idle: "idle"
        case .violation: "websocket_violation"
        case .routeChanged: "route_changed"
        case .draining: "draining"
        }
    }
}
