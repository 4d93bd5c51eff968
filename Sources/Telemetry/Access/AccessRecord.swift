public import Bytes

/// What the access log says about one finished request. It borrows its text; what is empty or nil is left out.
public struct AccessRecord: ~Escapable {
    /// The request's id.
    public let requestID: Span<UInt8>
    /// The address of the client, as text.
    public let clientIP: Span<UInt8>
    /// The method as received.
    public let method: Span<UInt8>
    /// The host as received.
    public let host: Span<UInt8>
    /// The path without the query.
    public let path: Span<UInt8>
    /// The route's name.
    public let route: Span<UInt8>
    /// The service's name.
    public let service: Span<UInt8>
    /// The endpoint that answered, or was tried last.
    public let endpoint: Span<UInt8>
    /// The `sub` of the token.
    public let subject: Span<UInt8>
    /// The client's `User-Agent`.
    public let userAgent: Span<UInt8>
    /// The trace.
    public var trace: TraceContext?
    /// The status sent to the client, or what a failure amounts to where that says nothing of it; 499 when the client was
    /// gone.
    public var status = 0
    /// How a gRPC call ended.
    public var grpcStatus: UInt8?
    /// The status that the endpoint sent.
    public var upstreamStatus: Int?
    /// The code of the failure, when there was one.
    public var reason: StaticString?
    /// How many times the request was sent upstream.
    public var attempts = 0
    /// Bytes of the request's body.
    public var bytesIn: UInt64 = 0
    /// Bytes of the answer's body.
    public var bytesOut: UInt64 = 0
    /// From the request's first byte to the answer's last.
    public var duration: Nanoseconds = 0
    /// What of it was spent upstream.
    public var upstreamDuration: Nanoseconds?
    /// What of it was our own work.
    public var overhead: Nanoseconds?
    /// The TLS version.
    public var tls: StaticString?

    /// A record of a request's texts; numbers are set afterwards.
    @_lifetime(
        copy requestID, copy clientIP, copy method, copy host, copy path, copy route, copy service, copy endpoint,
        copy subject, copy userAgent
    )
    public init(
        requestID: Span<UInt8>, clientIP: Span<UInt8>, method: Span<UInt8>, host: Span<UInt8> = Span(),
        path: Span<UInt8> = Span(), route: Span<UInt8> = Span(), service: Span<UInt8> = Span(),
        endpoint: Span<UInt8> = Span(), subject: Span<UInt8> = Span(), userAgent: Span<UInt8> = Span()
    ) {
        self.requestID = requestID
        self.clientIP = clientIP
        self.method = method
        self.host = host
        self.path = path
        self.route = route
        self.service = service
        self.endpoint = endpoint
        self.subject = subject
        self.userAgent = userAgent
    }
}
