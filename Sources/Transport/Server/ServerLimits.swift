public import Bytes
public import HTTP

/// What a downstream connection may take of time and room.
public struct ServerLimits: Sendable {
    /// Sizes of a request head.
    public var head = HeadLimits()
    /// From the first byte of a head to its last.
    public var headTimeout: Nanoseconds = 10_000_000_000
    /// From the accepted connection to the end of the TLS handshake.
    public var handshakeTimeout: Nanoseconds = 10_000_000_000
    /// Between requests.
    public var keepAliveTimeout: Nanoseconds = 75_000_000_000
    /// Requests on one connection before it is closed.
    public var requestsPerConnection = 10_000
    /// The pace of request bodies and of reading responses.
    public var transfer = TransferLimits()
    /// What HTTP/2 connections are told of streams and windows.
    public var http2 = H2Settings()
    /// How much their clients may ask for that moves no message forward.
    public var http2Guards = H2Limits()
    /// How much of a body that nobody wanted is read, so that the connection can serve the next request.
    public var drainLimit = 64 * 1024

    /// The defaults.
    public init() {}
}
