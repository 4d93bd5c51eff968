/// What is spoken to the endpoints of a service.
public enum UpstreamProtocol: String, Hashable, Sendable, CaseIterable {
    /// HTTP/1.1, in plain text or over TLS.
    case http1
    /// HTTP/2 over TLS, agreed on by ALPN (RFC 9113, section 3.2).
    case h2
    /// HTTP/2 in plain text, which both sides know beforehand (RFC 9113, section 3.3).
    case h2c

    /// Whether it is HTTP/2.
    public var isHTTP2: Bool { self != .http1 }
}
