import HTTP
import Reactor
import Transport

extension CallError {
    /// What kept an answer of the gateway from coming.
    init(_ error: UpstreamError, at address: SocketAddress) {
        self =
            switch error {
            case .timedOut, .connect(.timedOut): .timedOut
            case .connect(.failed(let error)): .unreachable("the gateway cannot be reached at \(address): \(error)")
            case .closedBeforeHead, .closed: .unreachable("the gateway ended the connection before the answer")
            case .malformed(let error): .unreachable("the answer is not HTTP: \(error.reason)")
            case .connect(.interrupted), .interrupted, .tls, .noTunnel: .unreachable("the call was interrupted")
            }
    }

    /// What the gateway says of a service that gave no answer.
    init(gateway reason: String, of service: String) {
        self =
            switch reason {
            case "upstream_timeout", "connect_timeout", "deadline_exceeded": .timedOut
            case "route_not_found": .unknownService
            default: .unreachable("\(service) gave no answer: \(reason)")
            }
    }
}
