import Bytes
import Crypto
import HTTP
import Reactor

/// A frame of a WebSocket as a test sees it.
struct Frame: Equatable {
    var opcode: UInt8
    var payload: [UInt8]
    /// Whether it was masked, as a client's is.
    var isMasked: Bool

    static func text(_ text: String, isMasked: Bool) -> Frame {
        Frame(opcode: 1, payload: Array(text.utf8), isMasked: isMasked)
    }

    static func close(_ code: UInt16, isMasked: Bool) -> Frame {
        Frame(opcode: 8, payload: [UInt8(code >> 8), UInt8(code & 255)], isMasked: isMasked)
    }

    /// The text of the payload.
    var text: String { String(decoding: payload, as: UTF8.self) }
    /// The code of a Close frame.
    var code: Int? { opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }

    /// The frame on the wire.
    var bytes: [UInt8] {
        var bytes: [UInt8] = [0x80 | opcode]
        let mask: UInt8 = isMasked ? 0x80 : 0
        switch payload.count {
        case 0..<126: bytes.append(mask | UInt8(payload.count))
        case 126..<65_536: bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default:
            bytes.append(mask | 127)
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(payload.count >> shift & 255)) }
        }
        guard isMasked else { return bytes + payload }
        let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        return bytes + key + payload.enumerated().map { $1 ^ key[$0 & 3] }
    }
}

extension Frame {
    /// The frame that the bytes begin with, and its length; nil when it is not all there.
    static func first(in bytes: [UInt8]) -> (Frame, Int)? {
        guard bytes.count >= 2 else { return nil }
        let isMasked = bytes[1] & 0x80 != 0
        let short = Int(bytes[1] & 0x7F)
        let extended = short == 127 ? 8 : short == 126 ? 2 : 0
        let start = 2 + extended + (isMasked ? 4 : 0)
        guard bytes.count >= start else { return nil }
        let length = extended == 0 ? short : bytes[2..<2 + extended].reduce(0) { $0 << 8 | Int($1) }
        guard bytes.count >= start + length else { return nil }
        var payload = Array(bytes[start..<start + length])
        if isMasked { for index in payload.indices { payload[index] ^= bytes[start - 4 + (index & 3)] } }
        return (Frame(opcode: bytes[0] & 0x0F, payload: payload, isMasked: isMasked), start + length)
    }
}

extension RawPeer {
    func send(_ frame: Frame) async throws { try await send(frame.bytes) }

    /// The next frame.
    func frame() async throws -> Frame {
        while true {
            if let (frame, count) = Frame.first(in: received) {
                _ = try await raw(count)
                return frame
            }
            guard try await fill() else { throw TestFailure.unexpected("the end instead of a frame") }
        }
    }

    /// Agrees to the WebSocket that a request asks for; returns the request.
    @discardableResult
    func acceptWebSocket(_ fields: String = "") async throws -> Message {
        let request = try await head()
        let key = request["sec-websocket-key"] ?? ""
        try await send(WebSocketRequest.agreement(to: key, fields))
        return request
    }

    /// Answers every frame with the same frame, until the client closes.
    func echo() async throws {
        while true {
            let frame = try await frame()
            try await send(Frame(opcode: frame.opcode, payload: frame.payload, isMasked: false))
            if frame.opcode == 8 { return close() }
        }
    }
}

/// The handshake of RFC 6455, section 1.3.
enum WebSocketRequest {
    static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    static let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    static let fields = """
        upgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: \(key)\r\n
        """
    static let text = "GET /chat HTTP/1.1\r\nhost: h\r\n\(fields)\r\n"

    static func agreement(to key: String, _ fields: String = "") -> String {
        let digest = SHA1.digest(WebSocketKey.challenge(of: Array(key.utf8).span).span)
        let accept = String(decoding: WebSocketKey.accept(digest: digest.span), as: UTF8.self)
        return """
            HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\
            sec-websocket-accept: \(accept)\r\n\(fields)\r\n
            """
    }
}

extension TestGateway {
    /// A client whose WebSocket is open.
    func openWebSocket(_ request: String = WebSocketRequest.text) async throws -> RawPeer {
        let client = try await connect()
        try await client.send(request)
        let answer = try await client.head()
        guard answer.status == 101 else { throw TestFailure.unexpected(answer.start) }
        return client
    }
}
