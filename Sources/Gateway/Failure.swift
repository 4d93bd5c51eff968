internal import Bytes
internal import HTTP
internal import JWT
internal import Reactor
internal import Transport

/// Something that keeps a request from being answered by its service.
///
/// It says what happened, where, and whether trying again elsewhere could help; `FailureResponse` is the only place that
/// turns it into a status.
enum Failure: Error, Equatable, Sendable {
    /// On which side the cause lies.
    enum Source: Sendable {
        /// The client.
        case downstream
        /// The service behind the gateway.
        case upstream
        /// The gateway's own rules.
        case gateway
    }

    // What the client sent.
    case malformed(H1Error)
    case headTimeout
    case unknownExpectation
    case badHandshake(HandshakeError)
    case unknownProtocol
    case bodyTimeout
    case bodyTooLarge
    case clientGone
    case clientStalled
    case deadlineExceeded
    // What the gateway decides.
    case misdirected
    case routeNotFound
    case methodNotAllowed(MethodSet)
    case corsForbidden
    case webSocketForbidden
    case tokenMissing
    case tokenInvalid(JWTError)
    case tokenRevoked
    case scopeInsufficient
    case rateLimited(retryAfter: Nanoseconds)
    case shielded(retryAfter: Nanoseconds)
    case loop
    case draining
    case notReady
    // What became of the service.
    case noEndpoint
    case noHealthyEndpoint
    case breakerOpen(retryAfter: Nanoseconds)
    case overloaded
    case exhausted
    case connectFailed
    case connectTimeout
    case tlsFailed
    case upstreamReset
    case upstreamInvalid
    case webSocketUnsupported
    case webSocketDeclined
    case upstreamTimeout

    /// On which side the cause lies.
    var source: Source {
        switch self {
        case .malformed, .headTimeout, .unknownExpectation, .badHandshake, .unknownProtocol, .bodyTimeout,
            .bodyTooLarge, .clientGone, .clientStalled, .deadlineExceeded:
            .downstream
        case .connectFailed, .connectTimeout, .tlsFailed, .upstreamReset, .upstreamInvalid, .webSocketUnsupported,
            .webSocketDeclined, .upstreamTimeout:
            .upstream
        default: .gateway
        }
    }

    /// Whether nobody is left who would read an answer.
    var isClientLost: Bool { self == .clientGone || self == .clientStalled }

    /// When it is worth while to ask again; nil when nobody knows.
    var retryAfter: Nanoseconds? {
        switch self {
        case .rateLimited(let wait), .shielded(let wait), .breakerOpen(let wait): wait
        default: nil
        }
    }

    /// What went wrong on the way to a response.
    init(_ error: UpstreamError) {
        self =
            switch error {
            case .connect(.timedOut): .connectTimeout
            case .connect(.interrupted), .interrupted: .clientGone
            // The gateway ran out of descriptors: the service had no part in that.
            case .connect(.failed(let error)) where error.isExhaustion: .exhausted
            case .connect(.failed): .connectFailed
            case .tls: .tlsFailed
            case .closedBeforeHead, .closed: .upstreamReset
            case .timedOut: .upstreamTimeout
            case .malformed: .upstreamInvalid
            case .noTunnel: .webSocketUnsupported
            }
    }

    /// Why a client took no more of a response.
    init(downstream error: ChannelError) {
        self = error == .timedOut ? .clientStalled : .clientGone
    }

    /// What went wrong with the request's body.
    init(_ error: RequestBodyError) {
        self =
            switch error {
            case .malformed(let error): .malformed(error)
            case .channel(.timedOut): .bodyTimeout
            case .channel(.closed), .channel(.interrupted): .clientGone
            }
    }
}
