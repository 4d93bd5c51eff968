internal import Bytes
internal import HTTP
internal import JWT
internal import Policy
internal import Reactor

/// What becomes known of one request on its way through the pipeline: the material of its one summary.
struct RequestContext {
    /// The route that matched.
    var route: BoundRoute?
    /// The chosen service's place among the route's targets, -1 for none.
    var target = -1
    /// The endpoint that answered, or was tried last.
    var endpoint: Endpoint?
    /// Whom the token speaks for.
    var principal: Principal?
    /// Who the client is, behind trusted proxies.
    var client: InternetAddress?
    /// What the request says as a call of gRPC; nil when it is none.
    var call: GRPCCall?
    /// What went wrong.
    var failure: Failure?
    /// The status in logs and metrics, where that on the wire does not tell: gRPC answers 200 whatever happened.
    var status: Int?
    /// Where the limits stand.
    var verdict: RateLimiting.Verdict?
    /// The WebSocket that is asked for.
    var handshake: Handshake?
    /// Why the WebSocket ended that was opened.
    var tunnelEnding: TunnelEnding?
    /// The status that the service sent, 0 for none.
    var upstreamStatus = 0
    /// How often a service was asked.
    var attempts = 0
    /// Time from asking a service to its response's head, of the last attempt.
    var upstreamTime: Nanoseconds = 0
    /// Time spent waiting for the service, or for the client to send or take something: all that is not the gateway's own.
    var waited: Nanoseconds = 0
}
