/// What one frame means to the owner of a connection.
public enum H2Event: Hashable, Sendable {
    /// Nothing: the frame was dealt with.
    case none
    /// More bytes are needed; none was consumed.
    case needsInput
    /// Server: a request began, and its head is in `requestHead`. Client: a response head, final or informational, is in
    /// `responseHead`. With `isEnd` nothing follows on the peer's side.
    case head(H2Slot, isEnd: Bool)
    /// Server: a stream opened whose request is to be answered with the error's status. With `isEnd` no body follows.
    case refusedHead(H2Slot, H1Error, isEnd: Bool)
    /// The trailers are in `trailers`, and the peer's side has ended.
    case trailers(H2Slot)
    /// Data at this range of the input, without its padding; empty only at the end. The windows are charged for it until
    /// `didConsume`.
    case data(H2Slot, Range<Int>, isEnd: Bool)
    /// The stream is closed: the peer reset it, or it broke a rule and was reset from here.
    case reset(H2Slot, H2ErrorCode, byPeer: Bool)
    /// A message is malformed (RFC 9113 section 8.1.1) and its stream was reset with PROTOCOL_ERROR. No slot: a request that
    /// was never handed out.
    case malformed(H2Slot?, H2Malformed)
    /// More may be sent on this stream; on every stream when nil.
    case windowOpened(H2Slot?)
    /// The peer takes no new streams, and never looked at those of ours above `lastStream`, which are closed: their
    /// requests may be sent again on another connection.
    case goAway(lastStream: UInt32, H2ErrorCode)
    /// The peer's settings came: how many streams may be open and how much may be sent may have changed.
    case settingsReceived
    /// The peer answered the last `sendPing` or `announceGoAway`: all that it had sent before is here.
    case pong
}
