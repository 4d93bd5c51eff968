import Bytes
import Reactor
import TLS

@testable import Transport

/// The other end of a connection under test: sends bytes as they are, and reads what comes by rules of its own. Used by
/// tasks of one loop only, two at a time: one that sends and one that reads.
final class Peer: @unchecked Sendable {
    let channel: ByteChannel
    let loop: EventLoop
    private var input: [UInt8] = []
    private(set) var isEnded = false
    private(set) var isReset = false

    init(_ channel: ByteChannel) {
        self.channel = channel
        loop = channel.watcher.loop
    }

    deinit { channel.close() }

    static func connect(
        to address: SocketAddress, on loop: EventLoop, tls context: TLSClientContext? = nil
    ) async throws -> Peer {
        let watcher = try await Connector.connect(to: address, on: loop, until: loop.patience)
        guard let context else { return Peer(ByteChannel(plain: watcher)) }
        let session = try TLSSession(client: context, hostname: "localhost", descriptor: watcher.descriptor)
        let peer = Peer(ByteChannel(watcher, tls: session))
        try await peer.channel.handshake(until: loop.patience)
        return peer
    }

    // MARK: Sending

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws {
        var sent = 0
        while sent < bytes.count {
            let step = channel.write(bytes.span.extracting(sent..<bytes.count))
            switch step {
            case .bytes(let count): sent += count
            case .wantsRead, .wantsWrite: try await channel.wait(after: step, until: loop.patience)
            case .end, .failed: throw ChannelError.closed
            }
        }
    }

    /// Sends what the kernel takes at once; returns how much.
    func trySend(_ bytes: [UInt8]) -> Int {
        if case .bytes(let count) = channel.write(bytes.span) { count } else { 0 }
    }

    func close() { channel.close() }
    func reset() { channel.close(abruptly: true) }
    func finishSending() { channel.shutdownWriting() }

    // MARK: Receiving

    /// Takes in what is there, waiting for it until `deadline`; false at the end.
    func fill(until deadline: Instant? = nil) async throws -> Bool {
        if isEnded { return false }
        var buffer = ByteBuffer()
        while true {
            let step = channel.read(into: &buffer, atLeast: 16 * 1024)
            switch step {
            case .bytes:
                input += buffer.readable.array
                return true
            case .end, .failed:
                isEnded = true
                isReset = step == .failed
                return false
            case .wantsRead, .wantsWrite: try await channel.wait(after: step, until: deadline ?? loop.patience)
            }
        }
    }

    /// Whether so many bytes have come and have not been asked for.
    func holds(_ count: Int) -> Bool { input.count >= count }

    func bytes(_ count: Int) async throws -> [UInt8] {
        while input.count < count {
            guard try await fill() else { throw TestFailure.unexpected("end after \(text)") }
        }
        defer { input.removeFirst(count) }
        return Array(input.prefix(count))
    }

    /// Everything up to and with `mark`.
    func text(through mark: String) async throws -> String {
        let mark = Array(mark.utf8)
        var searched = 0
        while true {
            if let end = find(mark, from: searched) { return String(decoding: try await bytes(end), as: UTF8.self) }
            searched = max(0, input.count - mark.count)
            guard try await fill() else { throw TestFailure.unexpected("end after \(text)") }
        }
    }

    /// Everything up to the end of the connection.
    func rest() async throws -> [UInt8] {
        while try await fill() {}
        defer { input = [] }
        return input
    }

    /// Whether the connection ends without another byte.
    func endsHere() async throws -> Bool { try await rest().isEmpty }

    /// What has come and has not been asked for.
    var text: String { String(decoding: input.prefix(300), as: UTF8.self) }

    private func find(_ mark: [UInt8], from start: Int) -> Int? {
        guard input.count >= mark.count else { return nil }
        for index in start...(input.count - mark.count) where input[index] == mark[0] {
            if input[index..<index + mark.count].elementsEqual(mark) { return index + mark.count }
        }
        return nil
    }
}
