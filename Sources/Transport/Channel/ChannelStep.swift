/// What one attempt to move bytes over a channel came to.
public enum ChannelStep: Equatable, Sendable {
    /// This many bytes were moved.
    case bytes(Int)
    /// Go on when the descriptor is readable.
    case wantsRead
    /// Go on when the descriptor is writable.
    case wantsWrite
    /// The peer has sent everything.
    case end
    /// The connection is broken.
    case failed
}

/// Why moving bytes over a channel came to an end before it was done.
public enum ChannelError: Error, Equatable, Sendable {
    /// The peer closed or reset the connection, or broke TLS.
    case closed
    /// A deadline passed, or the peer was slower than it may be.
    case timedOut
    /// This side gave up: the other side of the exchange is gone, or the process is stopping.
    case interrupted
}
