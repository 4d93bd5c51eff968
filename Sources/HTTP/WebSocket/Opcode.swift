/// What a frame of a WebSocket is (RFC 6455, section 5.2).
public enum Opcode: UInt8, Sendable, CaseIterable {
    /// More of the message before.
    case continuation = 0x0
    /// A message of text, or its first part.
    case text = 0x1
    /// A message of bytes, or its first part.
    case binary = 0x2
    /// The sender has nothing more to say.
    case close = 0x8
    /// A question whether the other side is there.
    case ping = 0x9
    /// The answer to it.
    case pong = 0xA
}
