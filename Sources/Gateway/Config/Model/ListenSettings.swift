/// Where the gateway listens.
public struct ListenSettings: Hashable, Sendable {
    /// The public addresses; at least one.
    public var https: [ListenAddress] = [ListenAddress(host: nil, port: 8443)]
    /// Addresses that answer every request with 308 to HTTPS.
    public var http: [ListenAddress] = []
    /// Where health, metrics, the dashboard and reload are; nil for nowhere.
    public var admin: ListenAddress? = .tcp(host: "127.0.0.1", port: 9901)
    /// Where services reach each other by name; nil for nowhere.
    public var `internal`: ListenAddress?
    /// The certificates of the public addresses.
    public var tls = ListenTLSSettings()

    /// The defaults.
    public init() {}
}

/// An address to listen on.
public enum ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// A host name or address, nil for every interface, and a port.
    case tcp(host: String?, port: UInt16)
    /// The path of a Unix socket.
    case unix(path: String)

    init(host: String?, port: UInt16) {
        self = .tcp(host: host, port: port)
    }

    /// `127.0.0.1:9901`, `[::1]:9901`, `:8443` or `unix:/run/gateway.sock`.
    public var description: String {
        switch self {
        case .tcp(let host, let port):
            host.map { $0.contains(":") ? "[\($0)]:\(port)" : "\($0):\(port)" } ?? ":\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// Whether both cannot be bound at once.
    func conflicts(with other: ListenAddress) -> Bool {
        switch (self, other) {
        case (.unix(let left), .unix(let right)): left == right
        case (.tcp(let left, let leftPort), .tcp(let right, let rightPort)):
            leftPort != 0 && leftPort == rightPort && (left == nil || right == nil || left == right)
        default: false
        }
    }
}

/// The certificates and versions of the public addresses. The files are read by whoever binds the addresses.
public struct ListenTLSSettings: Hashable, Sendable {
    /// The certificate for clients that name no host, or one that no certificate has.
    public var certificate = CertificateFiles(certificate: "certs/gateway.pem", key: "certs/gateway.key")
    /// More certificates, chosen by the host that the client names.
    public var certificates: [CertificateFiles] = []
    /// The oldest version that is spoken.
    public var minimumVersion = MinimumTLSVersion.tls12

    /// The defaults.
    public init() {}
}

/// The paths of a certificate chain and its key, in PEM.
public struct CertificateFiles: Hashable, Sendable {
    /// The chain, the server's own certificate first.
    public let certificate: String
    /// The private key.
    public let key: String

    /// - Parameters:
    ///   - certificate: the path of the chain.
    ///   - key: the path of the private key.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

/// The oldest TLS version that is spoken.
public enum MinimumTLSVersion: String, Hashable, Sendable {
    /// TLS 1.2 (RFC 5246).
    case tls12 = "1.2"
    /// TLS 1.3 (RFC 8446).
    case tls13 = "1.3"
}
