import Bytes
import HTTP
import Reactor
import TLS
import Telemetry
import Transport

@testable import Gateway

/// A client that speaks HTTP/2 over TLS frame by frame, as the rules say or against them.
final class H2Peer: @unchecked Sendable {
    /// What became of a request.
    enum Outcome: Equatable {
        /// The response is complete.
        case status(Int)
        case reset(H2ErrorCode)
        /// The connection ended before it, with this code if there was one.
        case lost(H2ErrorCode?)
    }

    let raw: RawPeer
    /// The code of the last GOAWAY.
    private(set) var goAway: H2ErrorCode?
    private var reader = H2HeadReader(limits: HeadLimits(), tableSize: 4096)
    private var head = ResponseHead()
    private var outcomes: [UInt32: Outcome] = [:]
    private var statuses: [UInt32: Int] = [:]
    private var pongs = 0
    private var nextStream: UInt32 = 1

    private init(_ raw: RawPeer) {
        self.raw = raw
    }

    /// A client that has said who it is, and has acknowledged the gateway's settings.
    static func connect(to gateway: TestGateway, settings: [(UInt16, UInt32)] = []) async throws -> H2Peer {
        let peer = try await H2Peer.connectSilently(to: gateway)
        try await peer.raw.send(H2Frame.preface)
        try await peer.send(.settings(settings), .settingsAcknowledgement)
        return peer
    }

    /// A client that has agreed to speak HTTP/2 and has said nothing yet.
    static func connectSilently(to gateway: TestGateway) async throws -> H2Peer {
        let raw = try await gateway.connectSecurely([.http2])
        guard raw.channel.applicationProtocol == .http2 else { throw TestFailure.unexpected("no HTTP/2") }
        return H2Peer(raw)
    }

    func close() { raw.close() }

    func send(_ frames: H2Frame...) async throws { try await send(frames) }
    func send(_ frames: [H2Frame]) async throws { try await raw.send(frames.flatMap(\.bytes)) }

    /// Asks on a new stream and returns what became of it.
    func get(_ path: String) async throws -> Outcome { try await ask(H2Block.request("GET", path)) }

    /// Sends a request without a body on a new stream, and returns what became of it.
    func ask(_ block: [UInt8]) async throws -> Outcome {
        let stream = takeStream()
        try await send(.headers(stream, block))
        return try await outcome(of: stream)
    }

    /// The identifier of another stream.
    func takeStream() -> UInt32 {
        defer { nextStream += 2 }
        return nextStream
    }

    /// What becomes of a stream.
    func outcome(of stream: UInt32) async throws -> Outcome {
        while outcomes[stream] == nil {
            guard try await receive() else { return .lost(goAway) }
        }
        return outcomes[stream]!
    }

    /// Waits for the answer to a PING; false when the connection ends before it.
    func pong() async throws -> Bool {
        let before = pongs
        while pongs == before {
            guard try await receive() else { return false }
        }
        return true
    }

    /// Reads to the end of the connection and returns the code that it ended with.
    func end() async throws -> H2ErrorCode? {
        while try await receive() {}
        return goAway
    }

    /// Takes in a frame; false at the end of the connection.
    private func receive() async throws -> Bool {
        guard let frame = try await frame() else { return false }
        switch frame.type {
        case 0: if frame.isEnd { finish(frame.stream) }
        case 1:
            // Trailers are no response, and leave what is there.
            if statuses[frame.stream] ?? 100 < 200 {
                try reader.readResponse(frame.payload.span, into: &head)
                statuses[frame.stream] = head.status
            } else {
                try reader.skip(frame.payload.span)
            }
            if frame.isEnd { finish(frame.stream) }
        case 3: settle(frame.stream, .reset(H2ErrorCode(received: frame.number(at: 0))))
        case 6: pongs += 1
        case 7: goAway = H2ErrorCode(received: frame.number(at: 4))
        default: break
        }
        return true
    }

    private func finish(_ stream: UInt32) { settle(stream, .status(statuses[stream] ?? 0)) }

    private func settle(_ stream: UInt32, _ outcome: Outcome) {
        if outcomes[stream] == nil { outcomes[stream] = outcome }
    }

    private func frame() async throws -> H2Frame? {
        guard let header = try? await raw.raw(9) else { return nil }
        let length = header[..<3].reduce(0) { $0 << 8 | Int($1) }
        let stream = header[5...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard let payload = try? await raw.raw(length) else { return nil }
        return H2Frame(type: header[3], flags: header[4], stream: stream, payload: payload)
    }
}

extension TestGateway {
    /// The HTTP/2 connections that ended because of what their client did, by reason.
    var violations: [String: UInt64] { Dictionary(uniqueKeysWithValues: core.metrics.http2.violations.values) }
    /// The HTTP/2 requests that were malformed, by reason.
    var malformed: [String: UInt64] { Dictionary(uniqueKeysWithValues: core.metrics.http2.malformed.values) }
}
