/// What one side of a connection announces about itself (RFC 9113 section 6.5.2), and how much it lets the other send.
public struct H2Settings: Hashable, Sendable {
    /// Bytes of dynamic table that the peer's encoder may use: the protocol's start value, which needs no agreement.
    public static let headerTableSize = 4096

    /// Streams that a client may have open at once; default 100.
    public var maxConcurrentStreams: UInt32 = 100
    /// Bytes that a peer may send on a stream before we have used any, at most 2^31-1; default 65,536.
    public var initialWindow: UInt32 = 65_536
    /// Bytes that a peer may send on all streams together before we have used any, 65,535 to 2^31-1; default 1 MiB.
    public var connectionWindow: UInt32 = 1 << 20
    /// Bytes of the largest frame that the peer may send, 16,384 to 2^24-1; default 16,384.
    public var maxFrameSize: UInt32 = 16_384
    /// Bytes of the largest list of fields that the peer should send; default 32 KiB.
    public var maxHeaderListSize: UInt32 = 32 * 1024
    /// Whether a server offers WebSockets over HTTP/2 (RFC 8441); default true.
    public var enableConnectProtocol = true

    /// The defaults.
    public init() {}

    /// Whether each is within the range that its documentation gives.
    public var isValid: Bool {
        initialWindow < 1 << 31 && connectionWindow < 1 << 31 && connectionWindow >= 65_535
            && maxFrameSize >= 1 << 14 && maxFrameSize < 1 << 24
    }
}
