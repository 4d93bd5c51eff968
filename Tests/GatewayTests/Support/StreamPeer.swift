import Bytes
import HTTP
import Reactor
import TLS
import Transport

/// The other end of an HTTP/2 connection under test that keeps the rules, client or server. It reads while somebody waits
/// for something, and then only.
final class StreamPeer: @unchecked Sendable {
    /// What came on one stream.
    struct Stream {
        let slot: H2Slot
        /// Of a response.
        var status = 0
        /// Of a request: method, protocol and target.
        var line = ""
        var fields: [(name: String, value: String)] = []
        var data: [UInt8] = []
        var isEnded = false
        var code: H2ErrorCode?

        /// The first value of a field.
        subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }
    }

    private let raw: RawPeer
    private(set) var streams: [UInt32: Stream] = [:]
    /// The streams in the order in which they began.
    private(set) var ids: [UInt32] = []
    private(set) var isEnded = false
    private(set) var goAway: UInt32?
    /// A stream whose data is given no credit for.
    var starved: UInt32?
    private var machine: H2Connection
    private var input = ByteBuffer()
    private var output = ByteBuffer()
    private let role: H2Connection.Role

    init(_ raw: RawPeer, _ role: H2Connection.Role, settings: H2Settings = H2Settings()) {
        self.raw = raw
        self.role = role
        machine = H2Connection(role: role, settings: settings, limits: H2Limits(), headLimits: HeadLimits())
        machine.start(to: &output)
    }

    private var channel: ByteChannel { raw.channel }
    private var loop: EventLoop { raw.loop }

    // MARK: Sending

    /// Asks for a WebSocket, or for another protocol; returns the stream's number.
    func connect(
        to path: String, protocol name: String = "websocket",
        fields: [(String, String)] = [("sec-websocket-version", "13")]
    ) async throws -> UInt32 {
        // RFC 8441, section 3: not before the server has said that it knows.
        try await until("the settings") { machine.peerEnablesConnectProtocol }
        guard let slot = machine.open() else { throw TestFailure.unexpected("no stream") }
        var head = RequestHead()
        head.setMethod(.get)
        head.setAuthority(Array("h".utf8).span)
        head.setExtendedProtocol(Array(name.utf8).span)
        for (name, value) in fields { head.fields.append(name: Array(name.utf8).span, value: Array(value.utf8).span) }
        machine.sendRequest(slot, head, path: Array(path.utf8).span, contentLength: nil, isEnd: false, to: &output)
        streams[slot.id] = Stream(slot: slot)
        ids.append(slot.id)
        try await flush()
        return slot.id
    }

    func respond(_ status: Int, on id: UInt32, fields: [(String, String)] = [], isEnd: Bool = false) async throws {
        guard let stream = streams[id] else { throw TestFailure.unexpected("no stream \(id)") }
        var head = ResponseHead()
        head.status = status
        for (name, value) in fields { head.fields.append(name: Array(name.utf8).span, value: Array(value.utf8).span) }
        machine.sendResponse(stream.slot, head, contentLength: nil, isEnd: isEnd, to: &output)
        try await flush()
    }

    func send(_ frame: Frame, on id: UInt32) async throws { try await send(frame.bytes, on: id) }

    func send(_ bytes: [UInt8], on id: UInt32) async throws {
        guard let stream = streams[id] else { throw TestFailure.unexpected("no stream \(id)") }
        var sent = 0
        while sent < bytes.count {
            sent += machine.sendData(stream.slot, bytes.span.extracting(sent...), isEnd: false, to: &output)
            if sent < bytes.count { try await turn() } else { try await flush() }
        }
    }

    func end(_ id: UInt32) async throws {
        guard let stream = streams[id] else { throw TestFailure.unexpected("no stream \(id)") }
        machine.sendEnd(stream.slot, to: &output)
        try await flush()
    }

    func reset(_ id: UInt32, _ code: H2ErrorCode = .cancel) async throws {
        guard let stream = streams[id] else { throw TestFailure.unexpected("no stream \(id)") }
        machine.reset(stream.slot, code, to: &output)
        try await flush()
    }

    // MARK: Receiving

    /// Reads until `condition` holds.
    func until(_ what: String, _ condition: () -> Bool) async throws {
        while !condition() {
            guard !isEnded else { throw TestFailure.unexpected("the end before \(what)") }
            try await turn()
        }
    }

    /// The next request's stream.
    func accept() async throws -> UInt32 {
        let known = ids.count
        try await until("a request") { ids.count > known }
        return ids[known]
    }

    /// The status of the response on a stream.
    func status(on id: UInt32) async throws -> Int {
        try await until("a response") { streams[id]!.status > 0 || streams[id]!.code != nil }
        return streams[id]!.status
    }

    /// The next frame of the WebSocket on a stream.
    func frame(on id: UInt32) async throws -> Frame {
        while true {
            if let (frame, count) = Frame.first(in: streams[id]!.data) {
                streams[id]!.data.removeFirst(count)
                return frame
            }
            guard streams[id]!.code == nil, !streams[id]!.isEnded else {
                throw TestFailure.unexpected("the stream's end")
            }
            try await turn()
        }
    }

    private func flush() async throws {
        while !output.isEmpty {
            let step = channel.write(output.readable)
            if case .bytes(let count) = step { output.consume(count) } else { try await wait(after: step) }
        }
    }

    /// Sends what is queued, and takes in what comes, at least one read's worth.
    private func turn() async throws {
        try await flush()
        let step = channel.read(into: &input, atLeast: 16 * 1024)
        switch step {
        case .bytes: try take()
        case .end, .failed: isEnded = true
        case .wantsRead, .wantsWrite: try await wait(after: step)
        }
        try await flush()
    }

    private func wait(after step: ChannelStep) async throws {
        guard step != .end, step != .failed else {
            isEnded = true
            throw ChannelError.closed
        }
        try await channel.wait(after: step, until: loop.patience)
    }

    private func take() throws {
        while !input.isEmpty {
            let bytes = input.readable.array
            let (consumed, event) = try machine.receive(bytes.span, now: loop.now, output: &output)
            guard consumed > 0 else { return }
            note(event, bytes)
            input.consume(consumed)
        }
    }

    private func note(_ event: H2Event, _ bytes: [UInt8]) {
        switch event {
        case .head(let slot, let isEnd):
            if streams[slot.id] == nil {
                streams[slot.id] = Stream(slot: slot)
                ids.append(slot.id)
            }
            if role == .server { noteRequest(slot.id) } else { noteResponse(slot.id) }
            streams[slot.id]?.isEnded = isEnd
        case .data(let slot, let range, let isEnd):
            streams[slot.id]?.data += bytes[range]
            if slot.id != starved { machine.didConsume(slot, range.count, to: &output) }
            if isEnd { streams[slot.id]?.isEnded = true }
        case .reset(let slot, let code, _): streams[slot.id]?.code = code
        case .goAway(let last, _): goAway = last
        default: break
        }
    }

    private func noteRequest(_ id: UInt32) {
        let target = machine.requestHead.path.text
        var name = "-"
        if let wanted = machine.requestHead.extendedProtocol { name = wanted.text }
        streams[id]?.line = "\(machine.requestHead.methodToken.text) \(name) \(target)"
        streams[id]?.fields = machine.requestHead.fields.pairs
    }

    private func noteResponse(_ id: UInt32) {
        streams[id]?.status = machine.responseHead.status
        streams[id]?.fields = machine.responseHead.fields.pairs
    }
}

extension FieldBlock {
    /// Names and values as text.
    fileprivate var pairs: [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for index in 0..<count { pairs.append((name(at: index).text.lowercased(), value(at: index).text)) }
        return pairs
    }
}

extension TestGateway {
    /// A client that speaks HTTP/2.
    func connectStreams() async throws -> StreamPeer { StreamPeer(try await connectSecurely([.http2]), .client) }
}
