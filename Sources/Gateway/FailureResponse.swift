internal import HTTP
internal import JWT
internal import Telemetry

/// How each failure looks from outside: the only map from what happened to status, reason code and log level.
struct FailureResponse {
    /// The status; 499 for a client that has left, which only logs see.
    let status: Int
    /// The stable code in the body's type and the `X-Gateway-Error` field.
    let reason: StaticString
    /// The code in the access log and the metrics, where a reason may be told that the client must not learn: all bad
    /// tokens look the same from outside.
    let cause: StaticString
    /// What a person reads; nothing of the inside.
    let detail: StaticString
    /// How loudly it is logged.
    let level: LogLevel

    private init(
        _ status: Int, _ reason: StaticString, _ detail: StaticString, _ level: LogLevel = .debug,
        cause: StaticString? = nil
    ) {
        self.status = status
        self.reason = reason
        self.cause = cause ?? reason
        self.detail = detail
        self.level = level
    }

    /// The response to `failure`.
    init(_ failure: Failure) {
        self =
            switch failure {
            case .malformed(let error):
                Self(error.status, error.reason, "The request breaks HTTP or exceeds a limit.")
            case .headTimeout: Self(408, "header_timeout", "The request's head did not arrive in time.")
            case .unknownExpectation: Self(417, "unknown_expectation", "Only 100-continue can be expected.")
            case .badHandshake(.unsupportedVersion):
                Self(426, "websocket_version", "Only version 13 of the WebSocket protocol is spoken here.")
            case .badHandshake: Self(400, "websocket_handshake", "The WebSocket is asked for in a wrong way.")
            case .unknownProtocol:
                Self(501, "unknown_protocol", "Streams can become WebSockets here, and nothing else.")
            case .bodyTimeout: Self(408, "body_timeout", "The request's body came too slowly.")
            case .bodyTooLarge: Self(413, "body_too_large", "The request's body is larger than this route allows.")
            case .clientGone: Self(499, "client_gone", "The client has left.")
            case .clientStalled: Self(499, "client_stalled", "The client took nothing of the response for too long.")
            case .deadlineExceeded: Self(504, "deadline_exceeded", "The time that the caller gave is over.")
            case .misdirected:
                Self(421, "misdirected_request", "This host has another certificate: ask over a connection of its own.")
            case .routeNotFound: Self(404, "route_not_found", "No route matches this request.")
            case .methodNotAllowed: Self(405, "method_not_allowed", "This path does not allow the method.")
            case .corsForbidden: Self(403, "cors_forbidden", "This origin may not use this route.")
            case .webSocketForbidden: Self(403, "websocket_forbidden", "This route takes no WebSockets.")
            case .tokenMissing: Self(401, "token_missing", "A bearer token is required.")
            case .tokenInvalid(let error):
                Self(401, "token_invalid", "The bearer token is not valid.", cause: error.reason)
            case .tokenRevoked:
                Self(401, "token_invalid", "The bearer token is not valid.", cause: "token_revoked")
            case .scopeInsufficient: Self(403, "insufficient_scope", "The token does not allow this.")
            case .rateLimited: Self(429, "rate_limited", "Too many requests; slow down.")
            case .shielded: Self(429, "address_rate_limited", "Too many requests from this address; slow down.")
            case .loop: Self(508, "loop_detected", "This request has passed this gateway already.", .warning)
            case .draining: Self(503, "draining", "The gateway is shutting down.")
            case .notReady: Self(503, "not_ready", "The gateway is starting.")
            case .noEndpoint: Self(503, "no_endpoint", "The service has no endpoint.", .warning)
            case .noHealthyEndpoint:
                Self(503, "no_healthy_endpoint", "No endpoint of the service is healthy.", .warning)
            case .breakerOpen: Self(503, "circuit_open", "The service is failing; its circuit is open.")
            case .overloaded: Self(503, "overloaded", "The service has as many requests as it may have.")
            case .exhausted: Self(503, "exhausted", "The gateway has no room for this request.", .error)
            case .connectFailed: Self(502, "connect_failed", "The service could not be reached.", .warning)
            case .connectTimeout: Self(504, "connect_timeout", "The service did not accept in time.", .warning)
            case .tlsFailed: Self(502, "upstream_tls_failed", "The service could not be trusted.", .warning)
            case .upstreamReset: Self(502, "upstream_reset", "The service ended the connection.", .warning)
            case .upstreamInvalid: Self(502, "upstream_invalid", "The service's answer is not HTTP.", .warning)
            case .webSocketUnsupported:
                Self(502, "websocket_unsupported", "The service takes no WebSockets over HTTP/2.", .warning)
            case .webSocketDeclined: Self(502, "websocket_declined", "The service did not open the WebSocket.")
            case .upstreamTimeout: Self(504, "upstream_timeout", "The service did not answer in time.", .warning)
            }
    }

    // MARK: Codes

    /// Every code, in the order of their numbers in the metrics.
    static let codes: [String] =
        [
            "header_timeout", "unknown_expectation", "websocket_version", "websocket_handshake", "unknown_protocol",
            "body_timeout", "body_too_large", "client_gone", "client_stalled", "deadline_exceeded",
            "misdirected_request", "route_not_found", "method_not_allowed", "cors_forbidden", "websocket_forbidden",
            "token_missing", "token_revoked", "insufficient_scope", "rate_limited", "address_rate_limited",
            "loop_detected", "draining",
            "not_ready",
            "no_endpoint", "no_healthy_endpoint", "circuit_open", "overloaded", "exhausted", "connect_failed",
            "connect_timeout", "upstream_tls_failed", "upstream_reset", "upstream_invalid", "websocket_unsupported",
            "websocket_declined", "upstream_timeout", "other",
        ] + H1Error.allCases.map { "\($0.reason)" } + JWTError.allCases.map { "\($0.reason)" }

    private static let numbers = Dictionary(
        codes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })

    /// The number of a code.
    static func index(of code: StaticString) -> Int { numbers["\(code)"] ?? numbers["other"]! }
}
