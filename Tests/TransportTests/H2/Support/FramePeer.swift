import Bytes
import HTTP
import Reactor
import TLS

@testable import Transport

/// The other end of an HTTP/2 connection: says what the test says, and keeps books of what it hears. Of its own it only
/// acknowledges SETTINGS and answers PING.
final class FramePeer: @unchecked Sendable {
    /// What was heard on one stream.
    struct Seen {
        var informational: [Int] = []
        var method = ""
        var path = ""
        var status = 0
        var fields: [String: String] = [:]
        var body: [UInt8] = []
        var trailers: [String: String] = [:]
        var isEnded = false
        /// The code of RST_STREAM.
        var reset: UInt32?
        /// What WINDOW_UPDATE added.
        var granted = 0

        var text: String { String(decoding: body, as: UTF8.self) }
        var isOver: Bool { isEnded || reset != nil }
    }

    let peer: Peer
    private let isServer: Bool
    private var heads = H2HeadReader(limits: HeadLimits(), tableSize: H2Settings.headerTableSize)
    private var request = RequestHead()
    private var response = ResponseHead()
    private var fields = FieldBlock()
    /// What was heard, by stream. Zero is the connection.
    private(set) var streams: [UInt32: Seen] = [:]
    /// Last stream and code of each GOAWAY.
    private(set) var goAways: [(last: UInt32, code: UInt32)] = []
    private(set) var pongs: [UInt8] = []
    private(set) var settingsAcknowledged = 0
    /// Whether windows are opened by as much as is read.
    var opensWindows = true
    /// Whether PING is answered.
    var answersPings = true

    init(_ peer: Peer, isServer: Bool) {
        self.peer = peer
        self.isServer = isServer
    }

    var loop: EventLoop { peer.loop }

    /// A client of a server, with its first SETTINGS sent.
    static func connect(
        to server: TestServer, _ settings: KeyValuePairs<UInt16, UInt32> = [:]
    ) async throws -> FramePeer {
        let peer = try await Peer.connect(to: server.address, on: server.loop, tls: TestCertificate.http2Client)
        let client = FramePeer(peer, isServer: false)
        try await peer.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        try await client.send(.settings(settings))
        return client
    }

    /// A server on a connection that was accepted, with the client's preface read and its own SETTINGS sent.
    static func accept(_ peer: Peer, _ settings: KeyValuePairs<UInt16, UInt32> = [:]) async throws -> FramePeer {
        let server = FramePeer(peer, isServer: true)
        let preface = String(decoding: try await peer.bytes(24), as: UTF8.self)
        guard preface == "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" else { throw TestFailure.unexpected(preface) }
        try await server.send(.settings(settings))
        return server
    }

    func send(_ frames: Frame...) async throws { try await send(frames) }

    func send(_ frames: [Frame]) async throws { try await peer.send(frames.flatMap(\.bytes)) }

    /// What was heard on a stream.
    subscript(stream: UInt32) -> Seen { streams[stream] ?? Seen() }

    /// Listens until a stream is over.
    func rest(of stream: UInt32) async throws -> Seen {
        try await until { self[stream].isOver }
        return self[stream]
    }

    /// Listens until a condition holds.
    func until(_ condition: () -> Bool) async throws {
        while !condition() {
            guard try await hear() else { throw TestFailure.unexpected("the end, after \(streams.keys)") }
        }
    }

    /// Listens to the end of the connection.
    func untilEnd() async throws {
        while try await hear() {}
    }

    /// Takes in one frame; false at the end of the connection.
    func hear() async throws -> Bool {
        guard let frame = try await next() else { return false }
        let id = frame.stream
        switch frame.type {
        case 0:
            streams[id, default: Seen()].body += frame.payload
            if opensWindows, !frame.payload.isEmpty {
                let count = UInt32(frame.payload.count)
                // The other side may have left already.
                try? await send(.windowUpdate(0, count), .windowUpdate(id, count))
            }
        case 1: try hearHead(frame)
        case 3: streams[id, default: Seen()].reset = frame.number()
        case 4 where frame.has(Frame.acknowledgement): settingsAcknowledged += 1
        case 4: try? await send(Frame(type: 4, flags: Frame.acknowledgement))
        case 6 where frame.has(Frame.acknowledgement): pongs.append(frame.payload[0])
        case 6:
            if answersPings {
                try? await send(Frame(type: 6, flags: Frame.acknowledgement, payload: frame.payload))
            }
        case 7: goAways.append((frame.number(), frame.number(at: 4)))
        case 8: streams[id, default: Seen()].granted += Int(frame.number())
        default: throw TestFailure.unexpected("a frame of type \(frame.type)")
        }
        if frame.type <= 1, frame.has(Frame.endStream) { streams[id, default: Seen()].isEnded = true }
        return true
    }

    /// The next frame as it came; nil at the end of the connection.
    func next() async throws -> Frame? {
        while !peer.holds(9) { guard try await peer.fill() else { return nil } }
        let header = try await peer.bytes(9)
        let length = Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2])
        let stream = header[5...8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Frame(type: header[3], flags: header[4], stream: stream, payload: try await peer.bytes(length))
    }

    private func hearHead(_ frame: Frame) throws {
        guard frame.has(Frame.endHeaders) else { throw TestFailure.unexpected("half a head") }
        var seen = self[frame.stream]
        let block = frame.payload.span
        if isServer ? !seen.method.isEmpty : seen.status != 0 {
            try heads.readTrailers(block, into: &fields)
            seen.trailers = Self.texts(fields)
        } else if isServer {
            try heads.readRequest(block, into: &request)
            seen.method = request.method.token.description
            seen.path = Self.text(request.path)
            seen.fields = Self.texts(request.fields)
        } else {
            try heads.readResponse(block, into: &response)
            if response.isInformational {
                seen.informational.append(response.status)
            } else {
                seen.status = response.status
                seen.fields = Self.texts(response.fields)
            }
        }
        streams[frame.stream] = seen
    }

    private static func texts(_ fields: borrowing FieldBlock) -> [String: String] {
        var texts: [String: String] = [:]
        for index in 0..<fields.count { texts[text(fields.name(at: index))] = text(fields.value(at: index)) }
        return texts
    }

    private static func text(_ bytes: Span<UInt8>) -> String { String(decoding: bytes.array, as: UTF8.self) }
}
