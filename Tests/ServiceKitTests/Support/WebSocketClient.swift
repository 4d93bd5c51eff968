import Bytes
import Glibc
import HTTP

/// A client that speaks WebSocket over a blocking socket, right or wrong.
final class WebSocketClient {
    private let descriptor: Int32
    private var input: [UInt8] = []
    private var reader = MessageReader(.server, limit: 1 << 24)
    /// The head of the answer to the handshake.
    private(set) var head = ""

    struct Received: Equatable {
        let event: MessageReader.Event
        let text: String

        init(_ event: MessageReader.Event, _ text: String = "") {
            self.event = event
            self.text = text
        }
    }

    static let handshake = [
        "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]

    init(port: UInt16, _ target: String, fields: [String] = handshake) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        send(Array(("GET \(target) HTTP/1.1\r\nHost: x\r\n" + fields.joined(separator: "\r\n") + "\r\n\r\n").utf8))
        while !head.hasSuffix("\r\n\r\n"), let byte = next() { head.unicodeScalars.append(Unicode.Scalar(byte)) }
    }

    deinit { Glibc.close(descriptor) }

    var status: String { head.split(separator: " ").dropFirst().first.map(String.init) ?? "" }

    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let step = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if step <= 0 { return }
            sent += step
        }
    }

    func send(_ opcode: Opcode, _ payload: [UInt8]) {
        var frame = ByteBuffer()
        WebSocketFrameWriter.append(opcode, payload.span, mask: 0x1234_5678, to: &frame)
        send(frame.readable.array)
    }

    func send(_ text: String) { send(.text, Array(text.utf8)) }

    func close(_ code: CloseFrame.Code) {
        var frame = ByteBuffer()
        CloseFrame.append(code, mask: 1, to: &frame)
        send(frame.readable.array)
    }

    /// The next thing that the server sends; nil at the end.
    func receive() -> Received? {
        while true {
            guard let (consumed, event) = try? reader.read(input.span) else { return nil }
            input.removeFirst(consumed)
            if let event { return Received(event, String(decoding: reader.payloadBytes, as: UTF8.self)) }
            guard fill() else { return nil }
        }
    }

    /// Whether the server has nothing more to say.
    var isAtEnd: Bool { input.isEmpty && !fill() }

    private func next() -> UInt8? {
        if input.isEmpty, !fill() { return nil }
        return input.removeFirst()
    }

    private func fill() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 { input += buffer[..<count] }
        return count > 0
    }
}
