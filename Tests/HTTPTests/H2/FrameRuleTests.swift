import HTTP
import Testing

/// RFC 9113 sections 3.4, 4 and 6: what a frame must be like by itself.
@Suite struct FrameRuleTests {
    /// Something that a client sends after its settings, with stream 1 open and stream 3 half-closed, and what becomes of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let frames: [WireFrame]
        let failure: H2Failure

        var testDescription: String { name }

        init(_ name: String, _ frames: WireFrame..., is code: H2ErrorCode, _ reason: H2Violation) {
            self.name = name
            self.frames = frames
            failure = H2Failure(code, reason)
        }
    }

    static let connectionErrors: [Case] = [
        Case(
            "4.2 a frame above the size that we announced", .data(1, .init(repeating: 0, count: 16_385)),
            is: .frameSizeError, .frameTooLarge),
        Case("6.1 DATA of no stream", .data(0, [1]), is: .protocolError, .badStreamID),
        Case(
            "6.1 DATA that is all padding and less",
            WireFrame(type: 0, flags: WireFrame.padded, stream: 1, payload: [5, 0, 0, 0, 0]), is: .protocolError,
            .badPadding),
        Case(
            "6.1 padded DATA without its length", WireFrame(type: 0, flags: WireFrame.padded, stream: 1),
            is: .frameSizeError, .badFrameLength),
        Case("6.2 HEADERS of no stream", .headers(0), is: .protocolError, .badStreamID),
        Case(
            "6.2 HEADERS that are all padding",
            WireFrame(type: 1, flags: 0xC, stream: 5, payload: [1]), is: .protocolError, .badPadding),
        Case(
            "6.2 HEADERS too short for their priority",
            WireFrame(type: 1, flags: 0x24, stream: 5, payload: [0, 0, 0, 0]), is: .frameSizeError, .badFrameLength),
        Case("6.3 PRIORITY of no stream", .priority(0, on: 1), is: .protocolError, .badStreamID),
        Case(
            "6.3 PRIORITY of four bytes for an idle stream", WireFrame(type: 2, stream: 9, payload: [0, 0, 0, 0]),
            is: .frameSizeError, .badPriority),
        Case("6.4 RST_STREAM of no stream", .reset(0), is: .protocolError, .badStreamID),
        Case("6.4 RST_STREAM of an idle stream", .reset(5), is: .protocolError, .idleStream),
        Case(
            "6.4 RST_STREAM of three bytes", WireFrame(type: 3, stream: 1, payload: [0, 0, 0]), is: .frameSizeError,
            .badFrameLength),
        Case("6.5 SETTINGS of a stream", WireFrame(type: 4, stream: 1), is: .protocolError, .badStreamID),
        Case(
            "6.5 SETTINGS of five bytes", WireFrame(type: 4, payload: [0, 0, 0, 0, 0]), is: .frameSizeError,
            .badFrameLength),
        Case(
            "6.5 an acknowledgement of SETTINGS with content",
            WireFrame(type: 4, flags: 1, payload: .init(repeating: 0, count: 6)),
            is: .frameSizeError, .badFrameLength),
        Case("6.5.2 ENABLE_PUSH of 2", .settings([(2, 2)]), is: .protocolError, .badSetting),
        Case("6.5.2 INITIAL_WINDOW_SIZE of 2^31", .settings([(4, 1 << 31)]), is: .flowControlError, .badSetting),
        Case("6.5.2 MAX_FRAME_SIZE of 16,383", .settings([(5, 16_383)]), is: .protocolError, .badSetting),
        Case("6.5.2 MAX_FRAME_SIZE of 2^24", .settings([(5, 1 << 24)]), is: .protocolError, .badSetting),
        Case("RFC 8441 3 ENABLE_CONNECT_PROTOCOL of 2", .settings([(8, 2)]), is: .protocolError, .badSetting),
        Case(
            "RFC 8441 3 ENABLE_CONNECT_PROTOCOL taken back", .settings([(8, 1)]), .settings([(8, 0)]),
            is: .protocolError, .badSetting),
        Case("RFC 9218 2.1 NO_RFC7540_PRIORITIES of 2", .settings([(9, 2)]), is: .protocolError, .badSetting),
        Case(
            "6.6 PUSH_PROMISE from a client", WireFrame(type: 5, flags: 4, stream: 1, payload: UInt32(2).bytes),
            is: .protocolError, .unexpectedPush),
        Case(
            "6.7 PING of a stream", WireFrame(type: 6, stream: 1, payload: .init(repeating: 0, count: 8)),
            is: .protocolError, .badStreamID),
        Case("6.7 PING of seven bytes", .ping([1, 2, 3, 4, 5, 6, 7]), is: .frameSizeError, .badFrameLength),
        Case(
            "6.8 GOAWAY of a stream", WireFrame(type: 7, stream: 1, payload: .init(repeating: 0, count: 8)),
            is: .protocolError, .badStreamID),
        Case(
            "6.8 GOAWAY of seven bytes", WireFrame(type: 7, payload: .init(repeating: 0, count: 7)),
            is: .frameSizeError, .badFrameLength),
        Case("6.8 GOAWAY with a later last stream than before", .goAway(1), .goAway(3), is: .protocolError, .badGoAway),
        Case(
            "6.9 WINDOW_UPDATE of three bytes", WireFrame(type: 8, stream: 1, payload: [0, 0, 1]),
            is: .frameSizeError, .badFrameLength),
        Case(
            "6.9 WINDOW_UPDATE by zero of the connection", .windowUpdate(0, 0), is: .protocolError, .emptyWindowUpdate),
        Case("6.9 WINDOW_UPDATE of an idle stream", .windowUpdate(5, 1), is: .protocolError, .idleStream),
        Case(
            "6.9.1 the connection's window beyond 2^31-1", .windowUpdate(0, 0x7FFF_FFFF), is: .flowControlError,
            .windowOverflow),
        Case(
            "6.9.2 a stream's window beyond 2^31-1 by SETTINGS", .windowUpdate(1, 0x7FFF_0000),
            .settings([(4, 0x7FFF_FFFF)]), is: .flowControlError, .windowOverflow),
        Case(
            "6.10 CONTINUATION without HEADERS", .continuation(1, WireBlocks.trailers), is: .protocolError,
            .badContinuation),
        Case("6.10 CONTINUATION of no stream", .continuation(0, []), is: .protocolError, .badStreamID),
        Case(
            "6.10 CONTINUATION of another stream", .headers(5, [], isWhole: false), .continuation(7, WireBlocks.get),
            is: .protocolError, .badContinuation),
        Case(
            "6.10 DATA within a field block", .headers(5, [], isWhole: false), .data(1, [1]), is: .protocolError,
            .badContinuation),
        Case(
            "6.10 a frame of unknown type within a field block", .headers(5, [], isWhole: false),
            WireFrame(type: 0x77, stream: 5), is: .protocolError, .badContinuation),
        Case(
            "6.10 HEADERS within a field block", .headers(5, [], isWhole: false), .headers(5), is: .protocolError,
            .badContinuation),
        Case(
            "RFC 9218 7.1 PRIORITY_UPDATE on a stream", WireFrame(type: 16, stream: 1, payload: UInt32(1).bytes),
            is: .protocolError, .badStreamID),
        Case(
            "RFC 9218 7.1 PRIORITY_UPDATE of three bytes", WireFrame(type: 16, payload: [0, 0, 1]),
            is: .frameSizeError, .badFrameLength),
        Case(
            "RFC 9218 7.1 PRIORITY_UPDATE for no stream", .priorityUpdate(0, "u=1"), is: .protocolError,
            .badPriorityUpdate),
        Case(
            "4.3 a field block that cannot be decompressed", .headers(5, WireBlocks.undecodable), is: .compressionError,
            .badCompression),
    ]

    @Test(arguments: connectionErrors)
    func `is a connection error`(_ example: Case) {
        let server = H2Endpoint.server()
        _ = server.open(1)
        server.receive(.headers(3))
        #expect(server.failure == nil)
        server.receive(example.frames)
        #expect(server.failure == example.failure)
        let last = server.sent().last
        #expect(last?.type == 7)
        #expect(last?.payload.suffix(4) == example.failure.code.rawValue.bytes[...])
    }

    @Test(arguments: connectionErrors)
    func `is the same error when it comes byte by byte`(_ example: Case) {
        let server = H2Endpoint.server()
        _ = server.open(1)
        server.receive(.headers(3))
        server.receive(example.frames.flatMap(\.bytes), step: 1)
        #expect(server.failure == example.failure)
    }

    static let streamErrors: [(String, WireFrame, H2ErrorCode)] = [
        ("6.3 PRIORITY of four bytes", WireFrame(type: 2, stream: 1, payload: [0, 0, 0, 0]), .frameSizeError),
        ("a PRIORITY of a stream on itself", .priority(1, on: 1), .protocolError),
        ("6.9 WINDOW_UPDATE by zero", .windowUpdate(1, 0), .protocolError),
        ("6.9.1 a window beyond 2^31-1", .windowUpdate(1, 0x7FFF_FFFF), .flowControlError),
    ]

    @Test(arguments: streamErrors)
    func `is a stream error`(_ name: String, _ frame: WireFrame, _ code: H2ErrorCode) {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        #expect(server.receive(frame) == [.reset(slot, code, byPeer: false)])
        #expect(server.failure == nil)
        #expect(server.sent() == [.reset(1, code)])
        #expect(server.isClosed(slot))
    }

    @Test(arguments: [
        (WireBlocks.trailers, false, H2Malformed.unfinishedTrailers),
        (WireBlocks.get, true, .pseudoFieldInTrailers),
        (WireBlocks.literal("connection", "close"), true, .connectionField),
    ])
    func `8.1 trailers that are none are malformed`(block: [UInt8], isEnd: Bool, flaw: H2Malformed) {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        #expect(server.receive(.headers(1, block, isEnd: isEnd)) == [.malformed(slot, flaw)])
        #expect(server.failure == nil)
        #expect(server.sent() == [.reset(1, .protocolError)])
        #expect(server.isClosed(slot))
    }

    @Test func `a frame of unknown type is ignored, and so are unknown flags and the reserved bit`() {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        #expect(server.receive(WireFrame(type: 0xEE, flags: 0xFF, stream: 0x8000_0001, payload: [1, 2, 3])) == [])
        #expect(
            server.receive(WireFrame(type: 0, flags: 0xF6, stream: 0x8000_0001, payload: [7])) == [
                .data(slot, 9..<10, isEnd: false)
            ])
        #expect(server.failure == nil)
    }

    @Test func `an unknown setting is ignored`() {
        let server = H2Endpoint.server()
        #expect(server.receive(.settings([(0xFFFF, 0xFFFF_FFFF), (6, 0)])) == [.settingsReceived])
        #expect(server.sent() == [.settingsAcknowledgement])
    }

    @Test func `an unknown error code means an internal error`() {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        let frame = WireFrame(type: 3, stream: 1, payload: UInt32(0xDEAD_BEEF).bytes)
        #expect(server.receive(frame) == [.reset(slot, .internalError, byPeer: true)])
    }

    @Test func `a frame that is too large is refused before it has come`() {
        let server = H2Endpoint.server()
        server.receive(Array(WireFrame.data(1, .init(repeating: 0, count: 16_385)).bytes.prefix(9)))
        #expect(server.failure == H2Failure(.frameSizeError, .frameTooLarge))
    }

    @Test func `the largest frame is taken`() {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        let events = server.receive(.data(1, .init(repeating: 7, count: 16_384)))
        #expect(events == [.data(slot, 9..<16_393, isEnd: false)])
    }

    @Test func `nothing is looked at after a connection error`() {
        let server = H2Endpoint.server()
        server.receive(.data(0, [1]))
        _ = server.sent()
        var output = server.sent()
        server.respond(H2Slot.first)
        output += server.sent()
        #expect(output == [])
    }
}
