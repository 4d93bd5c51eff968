public import Reactor

/// Where one server of a service listens, and how it is spoken to. What is equal but for its weight is the same
/// endpoint, and keeps its state when the configuration changes.
public struct EndpointDefinition: Hashable, Sendable {
    /// `host:port` as configured, or the path of a Unix socket: for logs and metrics.
    public let name: String
    /// Where it listens.
    public let address: SocketAddress
    /// How it is verified when it speaks TLS; nil when it does not.
    public let security: EndpointSecurity?
    /// Whether it is spoken to in HTTP/2.
    public let usesHTTP2: Bool
    /// Its share of the requests; zero for none.
    public var weight: Int

    /// The greatest weight; greater ones count as this.
    public static let maxWeight = 65_536

    /// - Parameters:
    ///   - name: what logs and metrics call it.
    ///   - address: where it listens.
    ///   - security: how it is verified, nil for plain text.
    ///   - usesHTTP2: whether it is spoken to in HTTP/2, by ALPN or, in plain text, by prior knowledge.
    ///   - weight: its share of the requests.
    public init(
        name: String, address: SocketAddress, security: EndpointSecurity? = nil, usesHTTP2: Bool = false,
        weight: Int = 1
    ) {
        self.name = name
        self.address = address
        self.security = security
        self.usesHTTP2 = usesHTTP2
        self.weight = min(max(weight, 0), Self.maxWeight)
    }

    /// Whether both are the same endpoint.
    func isSameEndpoint(as other: EndpointDefinition) -> Bool {
        name == other.name && address == other.address && security == other.security
            && usesHTTP2 == other.usesHTTP2
    }
}
