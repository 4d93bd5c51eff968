import Bytes

/// A packet of Engine.IO 4, the layer that carries Socket.IO over long polling or a WebSocket
/// (<https://github.com/socketio/engine.io-protocol>).
enum EnginePacket: Hashable, Sendable {
    /// The handshake of the server, with what it says of the session.
    case open(JSON)
    /// The sender ends the session.
    case close
    /// Whether the other side is there; text is sent only to try a transport.
    case ping(String)
    /// The answer to it, with the same text.
    case pong(String)
    /// A message.
    case message(String)
    /// The session goes on over the transport that this packet comes by.
    case upgrade
    /// Nothing: it ends a poll.
    case noop

    /// Reads a packet.
    init(_ text: some StringProtocol) throws(EngineError) {
        let rest = String(text.dropFirst())
        switch text.utf8.first {
        case UInt8(ascii: "1")? where rest.isEmpty: self = .close
        case UInt8(ascii: "2")?: self = .ping(rest)
        case UInt8(ascii: "3")?: self = .pong(rest)
        case UInt8(ascii: "4")?: self = .message(rest)
        case UInt8(ascii: "5")? where rest.isEmpty: self = .upgrade
        case UInt8(ascii: "6")? where rest.isEmpty: self = .noop
        case UInt8(ascii: "b")?: throw .binary
        // Only a server opens.
        default: throw .malformed
        }
    }

    /// The packet as it is sent.
    var text: String {
        switch self {
        case .open(let json): "0" + String(decoding: json.bytes, as: UTF8.self)
        case .close: "1"
        case .ping(let text): "2" + text
        case .pong(let text): "3" + text
        case .message(let text): "4" + text
        case .upgrade: "5"
        case .noop: "6"
        }
    }
}

/// What makes what a client sends unreadable.
enum EngineError: Error, Hashable, Sendable {
    /// It is no packet, or not one that a client may send.
    case malformed
    /// It is binary, which services do not take.
    case binary
    /// There are too many packets in one payload.
    case tooMany
}

/// The packets of one request or response of long polling.
enum EnginePayload {
    /// The most packets that a client may send at once.
    static let mostReceived = 1000
    /// The most packets that a client is sent at once: the clients of Python refuse more.
    static let mostSent = 16
    private static let separator: UInt8 = 0x1E

    /// Reads the packets of a body.
    static func decode(_ body: [UInt8]) throws(EngineError) -> [EnginePacket] {
        let parts = body.split(separator: separator, maxSplits: mostReceived, omittingEmptySubsequences: false)
        guard parts.count <= mostReceived else { throw .tooMany }
        var packets: [EnginePacket] = []
        for part in parts {
            guard let text = String(validating: part, as: UTF8.self) else { throw .malformed }
            packets.append(try EnginePacket(text))
        }
        return packets
    }

    /// The body with these packets.
    static func encode(_ packets: [EnginePacket]) -> [UInt8] {
        Array(packets.map { Array($0.text.utf8) }.joined(separator: [separator]))
    }
}
