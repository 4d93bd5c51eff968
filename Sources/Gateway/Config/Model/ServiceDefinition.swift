public import Policy

/// A service: what serves its requests, and how it is reached.
public struct ServiceDefinition: Hashable, Sendable {
    /// Who serves the requests.
    public enum Source: Hashable, Sendable {
        /// Processes that the gateway starts.
        case process(ProcessDefinition)
        /// Servers that run elsewhere; at least one has a weight.
        case targets([TargetDefinition])
    }

    /// The name that routes call it by.
    public let name: String
    /// Who serves the requests.
    public let source: Source
    /// What is spoken to them.
    public let `protocol`: UpstreamProtocol
    /// How it is reached, watched and protected.
    public let settings: ServiceSettings
    /// How `https` targets are verified.
    public let tls: UpstreamTLSSettings
    /// Whether it describes itself at its `/openapi.json`, for the document of the whole API.
    public let hasOpenAPI: Bool

    /// Whether processes of the gateway's serve it.
    var isSupervised: Bool { if case .process = source { true } else { false } }
}

/// A server that runs elsewhere.
public struct TargetDefinition: Hashable, Sendable, CustomStringConvertible {
    /// Where it listens.
    public enum Address: Hashable, Sendable {
        /// A host name or address, and a port.
        case tcp(host: String, port: UInt16)
        /// The path of a Unix socket.
        case unix(path: String)
    }

    /// Where it listens.
    public let address: Address
    /// Whether it speaks TLS.
    public let usesTLS: Bool
    /// Its share of the requests; zero for none.
    public let weight: Int

    /// As a URL.
    public var description: String {
        switch address {
        case .tcp(let host, let port):
            "\(usesTLS ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

/// How the certificates of `https` targets are verified.
public struct UpstreamTLSSettings: Hashable, Sendable {
    /// Whether they are verified at all.
    public var verifies = true
    /// The path of the trusted certificates, in PEM; nil for the system's.
    public var authority: String?
    /// The name that the certificate must have; nil for the target's host.
    public var serverName: String?
    /// The certificate that the gateway shows; nil for none.
    public var certificate: CertificateFiles?

    /// The defaults.
    public init() {}
}
