/// The error codes of RST_STREAM and GOAWAY (RFC 9113 section 7).
public enum H2ErrorCode: UInt32, Error, CaseIterable, Sendable {
    /// No error: a graceful end.
    case noError = 0x0
    /// The peer broke a rule that has no code of its own.
    case protocolError = 0x1
    /// The endpoint failed.
    case internalError = 0x2
    /// The peer sent more than a window allowed, or opened one beyond 2^31-1.
    case flowControlError = 0x3
    /// The peer did not acknowledge SETTINGS in time.
    case settingsTimeout = 0x4
    /// A frame came for a stream that has ended.
    case streamClosed = 0x5
    /// A frame has a length that its type does not allow.
    case frameSizeError = 0x6
    /// The stream was not looked at: the request may be sent again.
    case refusedStream = 0x7
    /// The stream is not needed any more.
    case cancel = 0x8
    /// The field compression state is lost.
    case compressionError = 0x9
    /// The connection of a `CONNECT` was reset.
    case connectError = 0xA
    /// The peer makes more work than it is worth.
    case enhanceYourCalm = 0xB
    /// The TLS below is too weak.
    case inadequateSecurity = 0xC
    /// The endpoint wants HTTP/1.1 for this request.
    case http11Required = 0xD

    /// The code as a peer sent it; one that is not registered means an internal error (RFC 9113 section 7).
    @inlinable
    public init(received code: UInt32) {
        self = H2ErrorCode(rawValue: code) ?? .internalError
    }
}
