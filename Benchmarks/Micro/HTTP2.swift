import Bytes
import HTTP

/// Requests and data through connections of HTTP/2.
func measureHTTP2(_ bench: inout Bench) throws {
    var pair = ConnectionPair()
    // The first request fills the tables on both sides; later ones look like the second.
    pair.exchange()
    pair.exchange()
    var frame = pair.request
    var next = pair.nextStream
    bench.measure("HTTP/2: \(frame.count) bytes of request in, response out") {
        for index in 0..<4 { frame[5 + index] = UInt8(truncatingIfNeeded: next >> UInt32(24 - 8 * index)) }
        next += 2
        pair.serve(frame.span)
    }
    var other = ConnectionPair()
    other.exchange()
    bench.measure("HTTP/2: request and response, client and server") { other.exchange() }

    var upload = ConnectionPair()
    let slot = upload.openUpload()
    let data = Array(frames(of: 16_384, stream: slot.id))
    bench.measure("HTTP/2: 16 KiB of data in, and windows granted") { upload.receiveData(data.span) }
}

/// A frame of DATA, by hand.
private func frames(of count: Int, stream: UInt32) -> [UInt8] {
    let header = [UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255), 0, 0]
    return header + [24, 16, 8, 0].map { UInt8(stream >> $0 & 255) } + [UInt8](repeating: 1, count: count)
}

private let path = Array("/products/42?expand=reviews".utf8)
private let body = [UInt8](repeating: 0x7B, count: 62)

/// WINDOW_UPDATE of the connection, by what 256 responses take.
private let window: [UInt8] = [0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0x3E, 0]

/// A client and a server, and what the gateway typically has to say.
private struct ConnectionPair: ~Copyable {
    private var client = Self.connection(.client)
    private var server = Self.connection(.server)
    private var toServer = ByteBuffer()
    private var toClient = ByteBuffer()
    private var requestHead = RequestHead()
    private var responseHead = ResponseHead()
    private let now = Instant(nanoseconds: 1)
    /// The bytes of the second request.
    private(set) var request: [UInt8] = []
    private var served = 0
    /// The stream that follows it.
    private(set) var nextStream: UInt32 = 1

    private static func connection(_ role: H2Connection.Role) -> H2Connection {
        H2Connection(role: role, settings: H2Settings(), limits: H2Limits(), headLimits: HeadLimits())
    }

    init() {
        requestHead.setMethod(.get)
        requestHead.setAuthority(Array("shop.test".utf8).span)
        requestHead.setPath(Array("/products/42".utf8).span)
        for (name, value) in [
            ("user-agent", "Mozilla/5.0 (X11; Linux x86_64)"), ("accept", "application/json"),
            ("accept-language", "en-GB,en;q=0.5"), ("accept-encoding", "gzip, deflate, br"),
            ("cache-control", "no-cache"),
            ("authorization", "Bearer " + String(repeating: "x", count: 240)),
        ] { requestHead.fields.append(name: Array(name.utf8).span, value: Array(value.utf8).span) }
        for (name, value) in [
            ("content-type", "application/json"), ("date", "Sat, 21 Nov 2026 13:30:00 GMT"), ("server", "gateway"),
            ("via", "1.1 gateway"), ("x-request-id", "01JD0000000000000000000000"), ("cache-control", "no-store"),
            ("ratelimit-policy", "\"default\";q=200;w=1"), ("ratelimit", "\"default\";r=199;t=1"),
        ] { responseHead.fields.append(name: Array(name.utf8).span, value: Array(value.utf8).span) }
        client.start(to: &toServer)
        server.start(to: &toClient)
        deliver()
        deliver()
    }

    /// A request and its response, through both connections.
    mutating func exchange() {
        let slot = client.open()!
        client.sendRequest(slot, requestHead, path: path.span, contentLength: nil, isEnd: true, to: &toServer)
        nextStream = slot.id + 2
        if slot.id <= 3 {
            let sent = toServer.readable.array
            request = sent
        }
        deliver()
        client.forget(slot, to: &toServer)
    }

    /// Takes in a request, and answers it to nobody.
    mutating func serve(_ frame: Span<UInt8>) {
        guard case .head(let slot, _) = event(frame) else { preconditionFailure("a request was not taken") }
        answer(slot)
        toClient.removeAll()
        served += 1
        if served % 256 == 0 { _ = event(window.span) }
    }

    private mutating func event(_ frame: Span<UInt8>) -> H2Event {
        do {
            return try server.receive(frame, now: now, output: &toClient).event
        } catch {
            preconditionFailure("the connection failed: \(error)")
        }
    }

    private mutating func answer(_ slot: H2Slot) {
        server.sendResponse(slot, responseHead, contentLength: 62, isEnd: false, to: &toClient)
        let sent = server.sendData(slot, body.span, isEnd: true, to: &toClient)
        precondition(sent == 62, "a window is closed")
        server.forget(slot, to: &toClient)
    }

    /// Opens a stream for data that come in.
    mutating func openUpload() -> H2Slot {
        let slot = client.open()!
        client.sendRequest(slot, requestHead, path: path.span, contentLength: nil, isEnd: false, to: &toServer)
        while case .some = step() {}
        return slot
    }

    /// Takes in data of the stream that was opened, and uses it up.
    mutating func receiveData(_ frame: Span<UInt8>) {
        guard case .data(let slot, let range, _) = event(frame) else { preconditionFailure("data was not taken") }
        server.didConsume(slot, range.count, to: &toClient)
        toClient.removeAll()
    }

    /// Carries everything in both directions; the server answers each request.
    private mutating func deliver() {
        while let event = step() {
            if case .head(let slot, isEnd: true) = event { answer(slot) }
        }
        while Self.step(&client, &toClient, &toServer, now) != nil {}
        while step() != nil {}
    }

    /// What the next frame means to the server; nil when there is none.
    private mutating func step() -> H2Event? { Self.step(&server, &toServer, &toClient, now) }

    private static func step(
        _ connection: inout H2Connection, _ input: inout ByteBuffer, _ output: inout ByteBuffer, _ now: Instant
    ) -> H2Event? {
        guard !input.isEmpty else { return nil }
        do {
            let step = try connection.receive(input.readable, now: now, output: &output)
            input.consume(step.consumed)
            return step.event
        } catch {
            preconditionFailure("the connection failed: \(error)")
        }
    }
}
