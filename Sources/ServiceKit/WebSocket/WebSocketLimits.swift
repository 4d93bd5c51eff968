public import Bytes

/// What a WebSocket may take of time and room.
public struct WebSocketLimits: Sendable {
    /// The most bytes of a message that is received; a longer one ends the WebSocket with 1009.
    public var message = 1 << 20
    /// The most bytes that wait for a client to take them; a client that is so far behind is let go with 1008.
    public var queue = 1 << 20
    /// How long a client may be silent before it is asked with a Ping whether it is there.
    public var pingInterval: Nanoseconds = 25_000_000_000
    /// How long it may take to say anything after that.
    public var pongTimeout: Nanoseconds = 20_000_000_000
    /// How long it may take to answer a Close frame, and to take what is left for it.
    public var closeTimeout: Nanoseconds = 5_000_000_000

    /// The defaults.
    public init() {}
}
