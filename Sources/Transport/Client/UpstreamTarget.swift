public import HTTP
public import Reactor
public import TLS

/// What a pool needs to know to open connections to one endpoint.
public struct UpstreamTarget: Sendable {
    /// Process-wide number of the endpoint: connections are kept by it.
    public let key: Int
    /// Where to connect.
    public let address: SocketAddress
    /// For `https` endpoints: how to verify them.
    public let tls: TLSClientContext?
    /// The name in the endpoint's certificate, also sent as SNI.
    public let serverName: String?
    /// What it speaks: HTTP/1.1, or HTTP/2, which TLS must agree on and a plain connection takes for granted.
    public let version: Version
    /// Over HTTP/2: how many exchanges share a connection at most.
    public let streamLimit: Int

    /// An endpoint.
    public init(
        key: Int, address: SocketAddress, tls: TLSClientContext? = nil, serverName: String? = nil,
        version: Version = .http11, streamLimit: Int = 100
    ) {
        self.key = key
        self.address = address
        self.tls = tls
        self.serverName = serverName
        self.version = version
        self.streamLimit = streamLimit
    }
}
