import Bytes
import TLS

/// A server and a client session at the ends of a socket pair.
struct SessionPair: ~Copyable {
    var server: TLSSession
    var client: TLSSession
    let sockets: SocketPair

    init(
        server: TLSServerContext, client: TLSClientContext, hostname: String = "localhost", bufferSize: CInt? = nil
    ) throws {
        let sockets = SocketPair(bufferSize: bufferSize)
        let near = try TLSSession(server: server, descriptor: sockets.near)
        let far = try TLSSession(client: client, hostname: hostname, descriptor: sockets.far)
        self.server = near
        self.client = far
        self.sockets = sockets
    }

    /// Lets both sides work until both have an outcome.
    mutating func handshake() -> (server: HandshakeStep, client: HandshakeStep) {
        var steps = (server: HandshakeStep.wantsRead, client: HandshakeStep.wantsRead)
        for _ in 0..<20 {
            poll()
            steps.client = client.handshake()
            poll()
            steps.server = server.handshake()
            if Self.isOutcome(steps.client), Self.isOutcome(steps.server) { break }
        }
        return steps
    }

    /// Shakes hands, and expects both sides to succeed.
    mutating func open() throws {
        let steps = handshake()
        guard steps == (.done, .done) else { throw Unexpected.steps("\(steps)") }
    }

    mutating func poll() {
        server.poll(sockets.near)
        client.poll(sockets.far)
    }

    /// Sends from the server, and reads it at the client: tickets arrive with it.
    mutating func serverSays(_ text: StaticString) throws -> String {
        poll()
        var bytes = ByteBuffer()
        bytes.append(text)
        let written = server.write(bytes.readable)
        guard written == .bytes(bytes.count) else { throw Unexpected.steps("\(written)") }
        poll()
        return try client.text()
    }

    /// Sends from the client, and reads it at the server.
    mutating func clientSays(_ text: StaticString) throws -> String {
        poll()
        var bytes = ByteBuffer()
        bytes.append(text)
        let written = client.write(bytes.readable)
        guard written == .bytes(bytes.count) else { throw Unexpected.steps("\(written)") }
        poll()
        return try server.text()
    }

    private static func isOutcome(_ step: HandshakeStep) -> Bool { step != .wantsRead && step != .wantsWrite }
}

enum Unexpected: Error { case steps(String) }

extension TLSSession {
    /// What is there to read, as text.
    mutating func text() throws -> String {
        var buffer = ByteBuffer()
        while true {
            switch read(into: &buffer, upTo: 4096) {
            case .bytes: continue
            case .wantsRead, .wantsWrite, .closed: return buffer.readable.text
            case .failed(let error): throw error
            }
        }
    }
}

/// A span of `array`, as text and numbers are made in tests.
func buffer(_ array: [UInt8]) -> ByteBuffer {
    var buffer = ByteBuffer(capacity: array.count)
    buffer.append(array.span)
    return buffer
}
