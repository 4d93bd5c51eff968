public import Policy

/// What the clients of Socket.IO may take of time and room.
public struct SocketLimits: Sendable {
    /// The most sessions at once; more are refused with 503.
    public var sessions = 10_000
    /// The most bytes that a client may send in one request or message.
    public var payload = 1_000_000
    /// The most bytes that wait for a client to take them; a client that is so far behind is let go.
    public var queue = 256 * 1024
    /// The most rooms that one client may be in.
    public var rooms = 100
    /// How many events a client may send; more are refused.
    public var events = RateLimitPolicy(tokens: 20, per: 1_000_000_000, burst: 60)!
    /// How often a client is asked whether it is still there.
    public var pingInterval: Duration = .seconds(25)
    /// How long it may take to answer that.
    public var pingTimeout: Duration = .seconds(20)
    /// How long a client may take to say who it is.
    public var connectTimeout: Duration = .seconds(20)
    /// How long a client may take to change from long polling to a WebSocket that works.
    public var upgradeTimeout: Duration = .seconds(10)

    /// The defaults.
    public init() {}
}
