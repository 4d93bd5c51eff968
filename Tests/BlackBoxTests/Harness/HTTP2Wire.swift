import Foundation

/// An HTTP/2 connection on which a test says which streams it opens, what it sends and what it takes.
///
/// HTTP/2 is spoken by Python's `h2` package, see `Support/http2_wire.py`: whatever it finds wrong with what the gateway
/// sends is an error of the test that waits for something.
final class HTTP2Wire {
    /// What came on a stream until now.
    struct Stream {
        /// Heads with a 1xx status.
        var interim: [Answer] = []
        var head: Answer?
        /// Its part that was not yet read.
        var body = Data()
        var trailers: [(name: String, value: String)] = []
        var isEnded = false
        /// The error code of RST_STREAM.
        var resetCode: Int?
    }

    struct GoAway {
        let lastStream: Int
        let code: Int
    }

    private let descriptor: Int32
    private let client: ChildProcess
    private var unread = Data()
    private var nextStream = 1
    private(set) var streams: [Int: Stream] = [:]
    private(set) var goAways: [GoAway] = []
    /// What the gateway announced, by the numbers of RFC 9113, section 6.5.2.
    private(set) var settings: [Int: Int] = [:]
    private(set) var pongs = 0
    private(set) var isClosed = false

    /// - Parameter name: the server name to ask for and to verify.
    init(_ gateway: GatewayProcess, name: String = "localhost", authority: URL? = nil) throws {
        guard let python = Places.venvPython else { throw HarnessError("PyPI was out of reach") }
        let ends = try Sockets.pair()
        defer { close(ends.child) }
        descriptor = ends.own
        client = try ChildProcess(
            python,
            [
                Places.support.appending(path: "http2_wire.py").path, "\(gateway.ports.https)",
                (authority ?? gateway.authority).path, name,
            ], input: ends.child, output: ends.child)
    }

    deinit {
        close(descriptor)
        client.end()
    }

    // MARK: Sending

    /// Opens a stream with a request.
    ///
    /// - Parameters:
    ///   - fields: what follows the pseudo-header fields, or replaces those of the same name.
    ///   - isEnd: whether nothing follows the head.
    func open(
        _ method: String, _ path: String, _ fields: [(String, String)] = [], isEnd: Bool = true
    ) throws -> Int {
        var all = [(":method", method), (":scheme", "https"), (":authority", "localhost"), (":path", path)]
        all.removeAll { pseudo, _ in fields.contains { $0.0 == pseudo } }
        let pseudo = all + fields.filter { $0.0.hasPrefix(":") }
        return try open(exactly: pseudo + fields.filter { !$0.0.hasPrefix(":") }, isEnd: isEnd)
    }

    /// Opens a stream with these fields in this order, right or wrong.
    func open(exactly fields: [(String, String)], isEnd: Bool = true) throws -> Int {
        let stream = nextStream
        nextStream += 2
        streams[stream] = Stream()
        try command("open", stream: stream, ["fields": fields.map { [$0.0, $0.1] }, "end": isEnd])
        return stream
    }

    /// Sends data, as the windows allow it.
    func send(_ text: String, on stream: Int, isEnd: Bool = false) throws {
        try command("data", stream: stream, ["text": text, "end": isEnd])
    }

    /// Ends the stream with these fields.
    func send(trailers: [(String, String)], on stream: Int) throws {
        try command("trailers", stream: stream, ["fields": trailers.map { [$0.0, $0.1] }])
    }

    /// Sends in one flight what `body` sends.
    func inOneFlight(_ body: () throws -> Void) throws {
        try command("cork", ["isCorked": true])
        try body()
        try command("cork", ["isCorked": false])
    }

    func reset(_ stream: Int, code: Int = 8) throws {
        try command("reset", stream: stream, ["code": code])
    }

    /// No longer makes room for the stream's data, as a slow reader does not.
    func hold(_ stream: Int) throws {
        try command("hold", stream: stream)
    }

    /// Makes room again.
    func release(_ stream: Int) throws {
        try command("release", stream: stream)
    }

    func ping() throws {
        try command("ping")
    }

    private func command(_ name: String, stream: Int? = nil, _ more: [String: Any] = [:]) throws {
        var object = more
        object["do"] = name
        object["stream"] = stream
        let line = try JSONSerialization.data(withJSONObject: object) + Data("\n".utf8)
        let sent = line.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard sent == line.count else { throw HarnessError("the HTTP/2 client has ended") }
    }

    // MARK: Receiving

    /// Takes in what comes until the question has an answer.
    func wait<Found>(for what: String, seconds: Double = 15, _ ask: () throws -> Found?) throws -> Found {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            if let found = try ask() { return found }
            guard !isClosed, try takeEvent(by: deadline) else {
                throw HarnessError("\(isClosed ? "the connection ended" : "no more came") before \(what): \(streams)")
            }
        }
    }

    /// The whole answer to a stream's request.
    func answer(on stream: Int, seconds: Double = 15) throws -> Answer {
        let whole = try wait(for: "the end of stream \(stream)", seconds: seconds) {
            let stream = streams[stream]!
            return stream.isEnded || stream.resetCode != nil ? stream : nil
        }
        guard whole.isEnded, var answer = whole.head else {
            throw HarnessError("stream \(stream) was reset with \(whole.resetCode ?? -1)")
        }
        answer.body = whole.body
        answer.trailers = whole.trailers
        return answer
    }

    /// The head of the answer, while the body may still come.
    func head(on stream: Int, seconds: Double = 15) throws -> Answer {
        try wait(for: "the head on stream \(stream)", seconds: seconds) {
            if let code = streams[stream]!.resetCode { throw HarnessError("stream \(stream) was reset with \(code)") }
            return streams[stream]!.head
        }
    }

    /// The code with which the gateway resets the stream; nil if it ends as it should.
    func resetCode(of stream: Int, seconds: Double = 15) throws -> Int? {
        try wait(for: "the reset of stream \(stream)", seconds: seconds) {
            let stream = streams[stream]!
            return stream.isEnded || stream.resetCode != nil ? .some(stream.resetCode) : nil
        }
    }

    /// Takes the bytes of the body up to and including `mark`.
    func read(on stream: Int, through mark: String, seconds: Double = 15) throws -> String {
        try wait(for: mark.debugDescription, seconds: seconds) {
            guard let found = streams[stream]!.body.firstRange(of: Data(mark.utf8)) else { return nil }
            defer { streams[stream]!.body = Data(streams[stream]!.body[found.upperBound...]) }
            return String(decoding: streams[stream]!.body[..<found.upperBound], as: UTF8.self)
        }
    }

    /// A request and the answer to it.
    func exchange(
        _ method: String, _ path: String, _ fields: [(String, String)] = [], body: String? = nil
    ) throws -> Answer {
        let stream = try open(method, path, fields, isEnd: body == nil)
        if let body { try send(body, on: stream, isEnd: true) }
        return try answer(on: stream)
    }

    private func takeEvent(by deadline: ContinuousClock.Instant) throws -> Bool {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let event = JSON(Data(unread[..<end]))
                unread = Data(unread[(end + 1)...])
                try take(event)
                return true
            }
            let left = deadline - .now
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, Int32(max(0, milliseconds))) == 1 else { return false }
            var bytes = [UInt8](repeating: 0, count: 1 << 17)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            guard count > 0 else { throw HarnessError("the HTTP/2 client ended: it had no connection, or failed") }
            unread.append(contentsOf: bytes[..<count])
        }
    }

    private func take(_ event: JSON) throws {
        let stream = event["stream"].int ?? 0
        switch event["event"].string {
        case "interim": streams[stream]?.interim.append(try head(event))
        case "head": streams[stream]?.head = try head(event)
        case "data": streams[stream]?.body += Data(base64Encoded: event["data"].string ?? "") ?? Data()
        case "trailers": streams[stream]?.trailers = fields(event)
        case "end": streams[stream]?.isEnded = true
        case "reset": streams[stream]?.resetCode = event["code"].int
        case "goaway": goAways.append(GoAway(lastStream: event["last"].int ?? -1, code: event["code"].int ?? -1))
        case "settings":
            for key in event["values"].keys { settings[Int(key) ?? 0] = event["values"][key].int }
        case "pong": pongs += 1
        case "closed": isClosed = true
        default: throw HarnessError("\(event)")
        }
    }

    private func fields(_ event: JSON) -> [(name: String, value: String)] {
        event["fields"].array.map { ($0[0].string ?? "", $0[1].string ?? "") }
    }

    private func head(_ event: JSON) throws -> Answer {
        let fields = fields(event)
        let status = fields.first { $0.name == ":status" }?.value ?? ""
        let lines = fields.filter { !$0.name.hasPrefix(":") }.map { "\($0.name): \($0.value)" }
        return try Answer(head: (["HTTP/2 \(status)"] + lines).joined(separator: "\r\n"))
    }
}
