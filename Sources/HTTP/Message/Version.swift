/// The protocol version of a message.
public enum Version: UInt8, Sendable {
    /// HTTP/1.0.
    case http10
    /// HTTP/1.1.
    case http11
    /// HTTP/2.
    case http2
}

/// How a request reached its server: the scheme of its target URI.
public enum Scheme: UInt8, Sendable {
    /// Plain text.
    case http
    /// Over TLS.
    case https

    /// The scheme's name.
    @inlinable
    public var name: StaticString {
        switch self {
        case .http: "http"
        case .https: "https"
        }
    }

    /// The port that an authority without one means.
    @inlinable
    public var defaultPort: UInt16 {
        switch self {
        case .http: 80
        case .https: 443
        }
    }
}
