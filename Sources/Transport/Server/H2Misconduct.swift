public import HTTP

/// A rule that an HTTP/2 client broke.
public enum H2Misconduct: Hashable, Sendable {
    /// One of the connection, which has ended.
    case violation(H2Violation)
    /// One of messages: the request was not served, and its stream was reset.
    case malformed(H2Malformed)
}
