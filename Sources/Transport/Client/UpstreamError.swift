public import HTTP
public import Reactor
public import TLS

/// What went wrong on the way to an upstream's response.
public enum UpstreamError: Error, Equatable, Sendable {
    /// No connection came about.
    case connect(ConnectError)
    /// The TLS handshake failed, or the certificate is not trusted.
    case tls(TLSError)
    /// The connection ended before the first byte of a response; on a connection that had been idle this says nothing
    /// about the upstream's health, because both sides may close those at any time.
    case closedBeforeHead
    /// The connection ended within a head or a body.
    case closed
    /// The deadline passed.
    case timedOut
    /// The client has left, or the process is stopping.
    case interrupted
    /// The upstream does not know the protocol that was asked for: over HTTP/2 it has to say so first (RFC 8441 section 3).
    case noTunnel
    /// The response breaks HTTP.
    case malformed(H1Error)
}
