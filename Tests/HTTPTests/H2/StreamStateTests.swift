import HTTP
import Testing

/// RFC 9113 section 5.1: which frames a stream takes in which state.
@Suite struct StreamStateTests {
    @Test func `a request without a body is half-closed and then closed by its response`() {
        let server = H2Endpoint.server()
        #expect(server.receive(.headers(1)) == [.head(.first, isEnd: true)])
        #expect(!server.isClosed(.first))
        server.respond(.first)
        #expect(server.isClosed(.first))
        #expect(server.sent().map(\.flags) == [5])
        #expect(server.openStreams == 1)
        server.forget(.first)
        #expect(server.openStreams == 0)
    }

    @Test(arguments: [WireFrame.data(1, [1]), .data(1, [], isEnd: true), .headers(1, WireBlocks.trailers)])
    func `half-closed (remote): more of a message is a stream error`(frame: WireFrame) {
        let server = H2Endpoint.server()
        server.receive(.headers(1))
        #expect(server.receive(frame) == [.reset(.first, .streamClosed, byPeer: false)])
        #expect(server.sent() == [.reset(1, .streamClosed)])
    }

    @Test func `half-closed (remote): WINDOW_UPDATE, PRIORITY and RST_STREAM are taken`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1))
        #expect(server.receive(.windowUpdate(1, 10), .priority(1, on: 3)) == [.windowOpened(.first)])
        #expect(server.receive(.reset(1)) == [.reset(.first, .cancel, byPeer: true)])
    }

    @Test func `half-closed (local): the rest of the request is taken`() {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        server.respond(slot)
        let events = server.receive(.data(1, [1]), .headers(1, WireBlocks.trailers))
        #expect(events == [.data(slot, 9..<10, isEnd: false), .trailers(slot)])
        #expect(server.isClosed(slot))
    }

    @Test(arguments: [WireFrame.data(1, [1]), .headers(1, WireBlocks.trailers)])
    func `closed by both ends: more of a message is a connection error`(frame: WireFrame) {
        let server = H2Endpoint.server()
        server.receive(.headers(1))
        server.finish(.first)
        server.receive(frame)
        #expect(server.failure == H2Failure(.streamClosed, .closedStream))
    }

    @Test(arguments: [WireFrame.data(1, [1]), .headers(1, WireBlocks.trailers)])
    func `closed by the peer's reset: more of a message is a connection error`(frame: WireFrame) {
        let server = H2Endpoint.server()
        _ = server.open(1)
        server.receive(.reset(1))
        server.receive(frame)
        #expect(server.failure == H2Failure(.streamClosed, .closedStream))
    }

    @Test(arguments: [true, false])
    func `closed: WINDOW_UPDATE, PRIORITY and RST_STREAM that were under way are ignored`(isForgotten: Bool) {
        let server = H2Endpoint.server()
        server.receive(.headers(1))
        server.respond(.first)
        if isForgotten { server.forget(.first) }
        #expect(server.receive(.windowUpdate(1, 10), .priority(1, on: 3), .reset(1), .windowUpdate(1, 0)) == [])
        #expect(server.failure == nil)
    }

    @Test(arguments: [true, false])
    func `closed by our reset: everything that was under way is ignored`(isForgotten: Bool) {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        server.reset(slot, .cancel)
        if isForgotten { server.forget(slot) }
        _ = server.sent()
        let events = server.receive(
            .data(1, [1, 2, 3]), .windowUpdate(1, 5), .headers(1, WireBlocks.trailers), .reset(1))
        #expect(events == [])
        #expect(server.failure == nil)
        #expect(server.sent() == [])
    }

    @Test func `the compression state follows blocks of streams that were reset`() {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        server.reset(slot, .cancel)
        // A trailer that enters the dynamic table, and a request that refers to it.
        let indexed: [UInt8] = [0x40, 1] + "x".bytes + [1] + "y".bytes
        server.receive(.headers(1, indexed), .headers(3, WireBlocks.get + [0xBE]))
        #expect(server.failure == nil)
        #expect(server.heads.last?.hasSuffix("x: y") == true)
    }

    @Test func `idle: only HEADERS and PRIORITY are taken`() {
        let server = H2Endpoint.server()
        #expect(server.receive(.priority(7, on: 3)) == [])
        server.receive(.data(7, [1]))
        #expect(server.failure == H2Failure(.protocolError, .idleStream))
    }

    @Test(arguments: [UInt32(2), 4, 0x7FFF_FFFE])
    func `5.1.1 a client opens no even streams`(id: UInt32) {
        let server = H2Endpoint.server()
        server.receive(.headers(id))
        #expect(server.failure == H2Failure(.protocolError, .unexpectedStreamID))
    }

    @Test func `5.1.1 identifiers only rise`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1), .headers(7))
        #expect(server.failure == nil)
        server.receive(.headers(5))
        #expect(server.failure == H2Failure(.protocolError, .unexpectedStreamID))
    }

    @Test func `5.1.1 the last identifier can be used`() {
        let server = H2Endpoint.server()
        #expect(server.receive(.headers(0x7FFF_FFFF)).count == 1)
        #expect(server.failure == nil)
    }

    @Test func `5.1.2 a stream above the limit is refused and may be sent again`() {
        var settings = H2Settings()
        settings.maxConcurrentStreams = 2
        let server = H2Endpoint.server(settings: settings)
        server.receive(.headers(1), .headers(3))
        #expect(server.receive(.headers(5, WireBlocks.post, isEnd: false), .data(5, [1])) == [])
        #expect(server.sent() == [.reset(5, .refusedStream)])
        #expect(server.openStreams == 2)
        server.finish(.first)
        #expect(server.receive(.headers(7)).count == 1)
    }

    @Test func `a malformed request is reset and never seen`() {
        let server = H2Endpoint.server()
        #expect(server.receive(.headers(1, WireBlocks.malformed)) == [.malformed(nil, .missingPath)])
        #expect(server.sent() == [.reset(1, .protocolError)])
        #expect(server.openStreams == 0)
        #expect(server.receive(.headers(3)) == [.head(H2Slot.at(0, id: 3), isEnd: true)])
    }

    @Test func `RFC 8441 a protocol that was not offered is malformed`() {
        let block = WireBlocks.webSocket
        let willing = H2Endpoint.server()
        #expect(willing.receive(.headers(1, block, isEnd: false)) == [.head(.first, isEnd: false)])
        var settings = H2Settings()
        settings.enableConnectProtocol = false
        let unwilling = H2Endpoint.server(settings: settings)
        #expect(unwilling.receive(.headers(1, block, isEnd: false)) == [.malformed(nil, .unofferedProtocol)])
        #expect(unwilling.sent() == [.reset(1, .protocolError)])
    }

    @Test func `a request that depends on itself is reset`() {
        let server = H2Endpoint.server()
        let frame = WireFrame(type: 1, flags: 0x25, stream: 1, payload: UInt32(1).bytes + [16] + WireBlocks.get)
        #expect(server.receive(frame) == [])
        #expect(server.sent() == [.reset(1, .protocolError)])
    }

    @Test func `a request with deprecated priority and padding is taken`() {
        let server = H2Endpoint.server()
        let frame = WireFrame(
            type: 1, flags: 0x2D, stream: 3, payload: [4] + UInt32(1).bytes + [16] + WireBlocks.get + [0, 0, 0, 0])
        #expect(server.receive(frame).count == 1)
        #expect(server.heads == ["http2 GET shop.test / "])
    }

    @Test func `slots are reused, the lowest that are free are enough`() {
        let server = H2Endpoint.server()
        for round in 0..<50 {
            let id = UInt32(round * 4 + 1)
            let events = server.receive(.headers(id), .headers(id + 2))
            for case .head(let slot, _) in events {
                #expect(slot.index < 2)
                server.finish(slot)
            }
        }
        #expect(server.openStreams == 0)
    }

    @Test func `streams that are hundreds apart are told from each other`() {
        let server = H2Endpoint.server()
        let old = server.open(1)
        let young = server.open(257)
        let younger = server.open(513)
        for (id, slot) in [(UInt32(257), young), (1, old), (513, younger)] {
            #expect(server.receive(.data(id, [1])) == [.data(slot, 9..<10, isEnd: false)])
        }
        server.reset(younger, .cancel)
        server.forget(younger)
        #expect(server.receive(.data(1, [1], isEnd: true)) == [.data(old, 9..<10, isEnd: true)])
        #expect(server.receive(.reset(257)) == [.reset(young, .cancel, byPeer: true)])
    }

    @Test func `a slot that was forgotten does nothing`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1))
        server.finish(.first)
        _ = server.sent()
        server.receive(.headers(3))
        server.respond(.first)
        server.reset(.first, .cancel)
        server.forget(.first)
        server.consume(.first, 10)
        #expect(server.send(.first, [1]) == 0)
        #expect(server.sent() == [])
        #expect(server.openStreams == 1)
    }

    @Test func `a stream that is forgotten before its end is reset`() {
        let server = H2Endpoint.server()
        let early = server.open(1)
        server.respond(early)
        server.forget(early)
        #expect(server.sent().last == .reset(1, .noError))
        let unanswered = server.open(3)
        server.forget(unanswered)
        #expect(server.sent() == [.reset(3, .cancel)])
        #expect(server.openStreams == 0)
    }
}
