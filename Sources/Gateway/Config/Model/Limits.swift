public import Bytes
public import HTTP

/// The limits that hold for the whole gateway.
public struct Limits: Hashable, Sendable {
    /// The most client connections at once; nil for as many as there are descriptors.
    public var connections: Int?
    /// The most requests on one client connection.
    public var requestsPerConnection = 10_000
    /// The most bytes of header fields.
    public var headerBytes = 32 * 1024
    /// The most header fields.
    public var headerCount = 100
    /// The most bytes of a request line.
    public var requestLineBytes = 8 * 1024
    /// The fewest bytes per second in which a client may send or take a body.
    public var minimumBodyRate = 240
    /// The most HTTP/2 streams of a connection at once.
    public var http2Streams = 100
    /// The HTTP/2 window of a stream, in bytes.
    public var http2StreamWindow = 64 * 1024
    /// The HTTP/2 window of a connection, in bytes.
    public var http2ConnectionWindow = 1024 * 1024
    /// What HTTP/2 clients may ask for that moves no message forward.
    public var http2 = H2Limits()
    /// The most keys whose rate is remembered.
    public var rateLimitKeys = 65_536
    /// The most verified tokens that are remembered.
    public var tokenCacheEntries = 10_000
    /// The longest that a verified token is remembered.
    public var tokenCacheLifetime = Nanoseconds(60_000_000_000)
    /// The coarse limit per address, before any signature is checked; nil for none.
    public var shield: RateLimitRule?

    /// The defaults.
    public init() {}
}

/// The timeouts that hold for the whole gateway.
public struct Timeouts: Hashable, Sendable {
    /// For a TLS handshake.
    public var tlsHandshake = Nanoseconds(10_000_000_000)
    /// From the first byte of a request to the end of its head.
    public var headerRead = Nanoseconds(10_000_000_000)
    /// Between two reads of a request's body.
    public var bodyIdle = Nanoseconds(30_000_000_000)
    /// Between two requests of a client connection.
    public var keepAliveIdle = Nanoseconds(75_000_000_000)
    /// From being told to stop until connections are no longer accepted.
    public var drainDelay = Nanoseconds(2_000_000_000)
    /// For requests in flight when the gateway stops.
    public var drain = Nanoseconds(30_000_000_000)

    /// The defaults.
    public init() {}
}
