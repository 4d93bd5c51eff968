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

    /// An endpoint.
    public init(key: Int, address: SocketAddress, tls: TLSClientContext? = nil, serverName: String? = nil) {
        self.key = key
        self.address = address
        self.tls = tls
        self.serverName = serverName
    }
}
