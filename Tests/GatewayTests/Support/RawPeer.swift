import Bytes
import Reactor
import Transport

/// The other end of a connection under test: sends bytes as they are and reads what comes.
final class RawPeer: @unchecked Sendable {
    let channel: ByteChannel
    let loop: EventLoop
    private var input: [UInt8] = []
    private(set) var isEnded = false

    convenience init(_ watcher: Watcher) { self.init(ByteChannel(plain: watcher)) }

    init(_ channel: ByteChannel) {
        self.channel = channel
        loop = channel.watcher.loop
    }

    deinit { channel.close() }

    static func connect(to address: SocketAddress, on loop: EventLoop) async throws -> RawPeer {
        RawPeer(try await Connector.connect(to: address, on: loop, until: loop.patience))
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

    func close() { channel.close() }
    func reset() { channel.close(abruptly: true) }

    // MARK: Receiving

    /// Takes in what is there, waiting for it; false at the end.
    func fill() async throws -> Bool {
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
                return false
            case .wantsRead, .wantsWrite: try await channel.wait(after: step, until: loop.patience)
            }
        }
    }

    func bytes(_ count: Int) async throws -> String {
        String(decoding: try await raw(count), as: UTF8.self)
    }

    /// The next bytes as they are.
    func raw(_ count: Int) async throws -> [UInt8] {
        while input.count < count {
            guard try await fill() else { throw TestFailure.unexpected("end after \(text)") }
        }
        defer { input.removeFirst(count) }
        return Array(input.prefix(count))
    }

    /// Everything up to and with `mark`.
    func text(through mark: String) async throws -> String {
        while true {
            if let range = text.utf8.firstRange(of: Array(mark.utf8)) {
                let count = text.utf8.distance(from: text.utf8.startIndex, to: range.upperBound)
                return try await bytes(count)
            }
            guard try await fill() else { throw TestFailure.unexpected("end after \(text)") }
        }
    }

    /// A message's head.
    func head() async throws -> Message { Message(try await text(through: "\r\n\r\n")) }

    /// A message and its body, whose length the head says.
    func message() async throws -> Message {
        var message = try await head()
        if let length = message["content-length"].flatMap({ Int($0) }) { message.body = try await bytes(length) }
        return message
    }

    /// What has come and was not asked for yet.
    var received: [UInt8] { input }

    /// Everything up to the end of the connection.
    func rest() async throws -> String {
        while try await fill() {}
        defer { input = [] }
        return text
    }

    private var text: String { String(decoding: input, as: UTF8.self) }
}

/// The head of a request or response, and what came of its body.
struct Message {
    let start: String
    let fields: [(name: String, value: String)]
    var body = ""

    init(_ head: String) {
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: true).map(String.init)
        start = lines.first ?? ""
        fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            let value = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
            return (parts[0].lowercased(), value)
        }
    }

    /// The status of a response.
    var status: Int { start.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0 }

    /// The values of a field, joined.
    subscript(_ name: String) -> String? {
        let values = fields.filter { $0.name == name }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }
}
