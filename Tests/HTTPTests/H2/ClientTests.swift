import HTTP
import Testing

/// The client's side of a connection.
@Suite struct ClientTests {
    @Test func `a request goes out on odd streams that rise`() {
        let client = H2Endpoint.client()
        let slots = [client.request(), client.request(), client.request(isEnd: false)]
        #expect(slots.map(\.id) == [1, 3, 5])
        let frames = client.sent()
        #expect(frames.map(\.stream) == [1, 3, 5])
        #expect(frames.map(\.flags) == [5, 5, 4])
    }

    @Test func `our own server understands it, and our client what the server answers`() {
        let client = H2Endpoint.client()
        let server = H2Endpoint.server()
        let slot = client.request("POST /x?y=1 HTTP/1.1\r\nHost: shop.test\r\nAccept: */*\r\n\r\n", isEnd: false)
        #expect(client.send(slot, "question".bytes, isEnd: true) == 8)
        let asked = server.receive(client.sentBytes())
        #expect(asked == [.head(.first, isEnd: false), .data(.first, 9..<17, isEnd: true)])
        #expect(server.heads == ["http2 POST shop.test /x?y=1 accept: */*"])
        server.respond(.first, isEnd: false)
        #expect(server.send(.first, "answer".bytes, isEnd: true) == 6)
        let answered = client.receive(server.sentBytes())
        #expect(answered == [.head(slot, isEnd: false), .data(slot, 9..<15, isEnd: true)])
        #expect(client.data[1] == "answer".bytes)
        #expect(client.isClosed(slot))
    }

    @Test func `informational responses come before the final one`() {
        let client = H2Endpoint.client()
        let slot = client.request()
        let events = client.receive(
            .headers(1, WireBlocks.response(103), isEnd: false), .headers(1, WireBlocks.ok, isEnd: false),
            .headers(1, WireBlocks.trailers))
        #expect(events == [.head(slot, isEnd: false), .head(slot, isEnd: false), .trailers(slot)])
        #expect(client.heads == ["http2 103  ", "http2 200  ", "checksum: 1"])
    }

    static let malformed: [(String, [WireFrame], H2Malformed)] = [
        (
            "an informational response that ends the stream",
            [.headers(1, WireBlocks.response(103), isEnd: true)], .informationalEnd
        ),
        ("data before a head", [.data(1, [1])], .earlyData),
        (
            "data after an informational response only",
            [.headers(1, WireBlocks.response(103), isEnd: false), .data(1, [1])], .earlyData
        ),
        ("a head without a status", [.headers(1, WireBlocks.trailers, isEnd: false)], .missingStatus),
        (
            "a second head that does not end the stream",
            [.headers(1, WireBlocks.ok, isEnd: false), .headers(1, WireBlocks.trailers, isEnd: false)],
            .unfinishedTrailers
        ),
        (
            "less data than declared",
            [
                .headers(1, WireBlocks.response(200, [("content-length", "3")]), isEnd: false),
                .data(1, [1], isEnd: true),
            ], .contentLengthMismatch
        ),
        (
            "more data than declared",
            [.headers(1, WireBlocks.response(200, [("content-length", "3")]), isEnd: false), .data(1, [1, 2, 3, 4])],
            .contentLengthMismatch
        ),
        (
            "no data where some is declared", [.headers(1, WireBlocks.response(200, [("content-length", "3")]))],
            .contentLengthMismatch
        ),
        (
            "data of a 204", [.headers(1, WireBlocks.response(204), isEnd: false), .data(1, [1])],
            .contentLengthMismatch
        ),
        (
            "data of a 304", [.headers(1, WireBlocks.response(304), isEnd: false), .data(1, [1])],
            .contentLengthMismatch
        ),
    ]

    @Test(arguments: malformed)
    func `a malformed response is a stream error`(_ name: String, _ frames: [WireFrame], flaw: H2Malformed) {
        let client = H2Endpoint.client()
        let slot = client.request()
        _ = client.sent()
        #expect(client.receive(frames).last == .malformed(slot, flaw))
        #expect(client.sent() == [.reset(1, .protocolError)])
        #expect(client.failure == nil)
    }

    @Test(arguments: [200, 304])
    func `a response without a body may declare the length of one`(status: Int) {
        let client = H2Endpoint.client()
        let method = status == 200 ? "HEAD" : "GET"
        let slot = client.request("\(method) / HTTP/1.1\r\nHost: shop.test\r\n\r\n")
        let block = WireBlocks.response(status, [("content-length", "1000")])
        #expect(client.receive(.headers(1, block)) == [.head(slot, isEnd: true)])
    }

    @Test func `data of a response to HEAD is a stream error`() {
        let client = H2Endpoint.client()
        let slot = client.request("HEAD / HTTP/1.1\r\nHost: shop.test\r\n\r\n")
        let events = client.receive(.headers(1, WireBlocks.ok, isEnd: false), .data(1, [1]))
        #expect(events.last == .malformed(slot, .contentLengthMismatch))
    }

    @Test(arguments: [
        WireFrame.headers(2, WireBlocks.ok), .headers(3, WireBlocks.ok), .data(3, [1]), .data(2, [1]),
        .windowUpdate(3, 1),
        .reset(2),
    ])
    func `a server cannot speak on streams that we have not opened`(frame: WireFrame) {
        let client = H2Endpoint.client()
        _ = client.request()
        client.receive(frame)
        #expect(client.failure == H2Failure(.protocolError, .idleStream))
    }

    @Test func `nor on one that was opened and not used`() {
        let client = H2Endpoint.client()
        let slot = client.connection.open()
        #expect(slot == .first)
        client.receive(.headers(1, WireBlocks.ok))
        #expect(client.failure == H2Failure(.protocolError, .idleStream))
    }

    @Test func `a stream that was opened and not used leaves nothing on the wire`() throws {
        let client = H2Endpoint.client()
        let opened = client.connection.open()
        let slot = try #require(opened)
        client.forget(slot)
        #expect(client.sent() == [])
        #expect(client.request().id == 3)
    }

    @Test func `identifiers rise on the wire: a stream is opened once the one before it has its request`() throws {
        let client = H2Endpoint.client()
        let opened = client.connection.open()
        let first = try #require(opened)
        let tooEarly = client.connection.open()
        #expect(tooEarly == nil)
        client.forget(first)
        #expect(client.request().id == 3)
        let next = client.connection.open()
        #expect(next?.id == 5)
    }

    @Test func `8.4 a push is refused with the connection`() {
        let client = H2Endpoint.client()
        _ = client.request()
        client.receive(WireFrame(type: 5, flags: 4, stream: 1, payload: UInt32(2).bytes + WireBlocks.get))
        #expect(client.failure == H2Failure(.protocolError, .unexpectedPush))
    }

    @Test func `a server may not allow pushes, nor ask for priorities`() {
        let pushing = H2Endpoint.client()
        pushing.receive(.settings([(2, 1)]))
        #expect(pushing.failure == H2Failure(.protocolError, .badSetting))
        let ordering = H2Endpoint.client()
        ordering.receive(.priorityUpdate(1, "u=1"))
        #expect(ordering.failure == H2Failure(.protocolError, .badPriorityUpdate))
    }

    @Test func `no more streams are opened than the server allows`() {
        let client = H2Endpoint.client(server: [(3, 2)])
        let first = client.request()
        _ = client.request()
        let none = client.connection.open()
        #expect(none == nil)
        client.receive(.headers(1, WireBlocks.ok))
        #expect(client.isClosed(first))
        let third = client.connection.open()
        #expect(third != nil)
    }

    @Test func `6.8 GOAWAY closes the streams that the server never saw`() {
        let client = H2Endpoint.client()
        let slots = [client.request(), client.request(), client.request()]
        #expect(client.receive(.goAway(3)) == [.goAway(lastStream: 3, .noError)])
        #expect(slots.map { client.isClosed($0) } == [false, false, true])
        let none = client.connection.open()
        #expect(none == nil)
        #expect(client.receive(.headers(3, WireBlocks.ok)) == [.head(slots[1], isEnd: true)])
        #expect(client.openStreams == 3)
        for slot in slots { client.forget(slot) }
        #expect(client.openStreams == 0)
    }

    @Test func `a reset from the server ends the stream and no more`() {
        let client = H2Endpoint.client()
        let slot = client.request()
        #expect(client.receive(.reset(1, .refusedStream)) == [.reset(slot, .refusedStream, byPeer: true)])
        #expect(client.request().id == 3)
    }

    @Test func `resets by a server are not counted as an attack`() {
        let client = H2Endpoint.client()
        for round in 0..<2000 {
            let slot = client.request()
            client.receive(.reset(UInt32(round * 2 + 1), .refusedStream))
            client.forget(slot)
            _ = client.sent()
        }
        #expect(client.failure == nil)
    }
}
