import HTTP
import Testing

/// RFC 9113 sections 4.3 and 8.1: field blocks in pieces, declared lengths, trailers.
@Suite struct MessageTests {
    @Test(arguments: [1, 2, 5, 9])
    func `a head comes in any number of frames within the limit`(parts: Int) {
        let server = H2Endpoint.server()
        let block = WireBlocks.get
        var frames = [WireFrame.headers(1, Array(block.prefix(1)), isWhole: parts == 1)]
        if parts == 1 { frames[0].payload = block }
        for part in 1..<max(parts, 2) where parts > 1 {
            let isLast = part == parts - 1
            frames.append(.continuation(1, isLast ? Array(block.dropFirst(part)) : [block[part]], isLast: isLast))
        }
        #expect(server.receive(frames) == [.head(.first, isEnd: true)])
        #expect(server.heads == ["http2 GET shop.test / "])
    }

    @Test func `trailers come in pieces too`() {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        let frames: [WireFrame] = [
            .headers(1, Array(WireBlocks.trailers.prefix(4)), isWhole: false),
            .continuation(1, Array(WireBlocks.trailers.dropFirst(4))),
        ]
        #expect(server.receive(frames) == [.trailers(slot)])
        #expect(server.heads.last == "checksum: 1")
    }

    @Test func `a head above the limits of a head is answered and not cut off`() {
        var limits = HeadLimits()
        limits.fieldBytes = 1000
        let server = H2Endpoint.server(headLimits: limits)
        let events = server.receive(.headers(1, WireBlocks.get(fieldOf: 2000), isEnd: false), .headers(3))
        #expect(
            events == [
                .refusedHead(.first, .fieldsTooLarge, isEnd: false), .head(H2Slot(index: 1, id: 3), isEnd: true),
            ])
        server.respond(.first, status: 431)
        #expect(server.sent().map(\.type) == [1])
    }

    @Test func `trailers above the limits of a head end their stream`() {
        var limits = HeadLimits()
        limits.fieldBytes = 1000
        let server = H2Endpoint.server(headLimits: limits)
        let slot = server.open(1)
        let long = WireBlocks.literal("x", String(repeating: "y", count: 2000))
        #expect(server.receive(.headers(1, long)) == [.reset(slot, .enhanceYourCalm, byPeer: false)])
    }

    // MARK: Declared lengths (smuggling over an upstream of HTTP/1)

    @Test func `a body of the declared length is taken`() {
        let server = H2Endpoint.server()
        let slot = server.open(1, WireBlocks.post(length: "5"))
        let events = server.receive(.data(1, [1, 2]), .padded(1, [3, 4, 5], padding: 9, isEnd: true))
        #expect(events == [.data(slot, 9..<11, isEnd: false), .data(slot, 10..<13, isEnd: true)])
    }

    static let wrongBodies: [(String, [WireFrame])] = [
        ("longer", [.data(1, [1, 2, 3, 4, 5, 6])]),
        ("longer in pieces", [.data(1, [1, 2, 3]), .data(1, [4, 5, 6])]),
        ("shorter", [.data(1, [1, 2, 3, 4], isEnd: true)]),
        ("empty", [.data(1, [], isEnd: true)]),
        ("shorter, with trailers", [.data(1, [1, 2, 3, 4]), .headers(1, WireBlocks.trailers)]),
    ]

    @Test(arguments: wrongBodies)
    func `a body of another length than declared is a stream error`(_ name: String, _ frames: [WireFrame]) {
        let server = H2Endpoint.server()
        let slot = server.open(1, WireBlocks.post(length: "5"))
        #expect(server.receive(frames).last == .malformed(slot, .contentLengthMismatch))
        #expect(server.sent().last == .reset(1, .protocolError))
        #expect(server.failure == nil)
    }

    @Test func `a declared length without any body is malformed`() {
        let server = H2Endpoint.server()
        let events = server.receive(.headers(1, WireBlocks.post(length: "5"), isEnd: true))
        #expect(events == [.malformed(nil, .contentLengthMismatch)])
        #expect(server.sent() == [.reset(1, .protocolError)])
    }

    @Test(arguments: ["", "+5", "5,5", "0x5", "5 ", "9999999999999999999"])
    func `a declared length that is no number is malformed`(length: String) {
        let server = H2Endpoint.server()
        let events = server.receive(.headers(1, WireBlocks.post(length: length), isEnd: false))
        for case .head in events { Issue.record("taken") }
        #expect(server.failure == nil)
    }

    @Test func `two declared lengths are malformed, even if they agree`() {
        let server = H2Endpoint.server()
        let block = WireBlocks.post(length: "5") + WireBlocks.literal("content-length", "5")
        for case .head in server.receive(.headers(1, block, isEnd: false)) { Issue.record("taken") }
        #expect(server.failure == nil)
    }

    @Test func `an empty body may have an end of its own`() {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        #expect(server.receive(.data(1, [], isEnd: true)) == [.data(slot, 9..<9, isEnd: true)])
    }

    @Test func `RFC 9218 the urgency of a stream follows PRIORITY_UPDATE`() {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        #expect(server.priority(of: slot) == Priority())
        #expect(server.receive(.priorityUpdate(1, "u=0, i"), .priorityUpdate(9, "u=1")) == [])
        #expect(server.priority(of: slot) == Priority("u=0,i".bytes.span))
    }

    @Test(
        arguments: [
            ("", 3, false), ("u=0", 0, false), ("u=7,i", 7, true), ("i, u=5", 5, true), ("u=8", 3, false),
            ("u=-1", 3, false),
            ("u=10", 3, false), ("u", 3, false), ("i=?0", 3, false), ("i=?1;x=y", 3, false), ("u=2, u=4", 4, false),
            ("foo=bar, u=1", 1, false), (",,,u=1,,i=?1,", 1, true), ("U=1", 3, false), ("\u{0}\u{ff}=", 3, false),
        ] as [(String, UInt8, Bool)])
    func `a priority that is wrong says nothing`(text: String, urgency: UInt8, isIncremental: Bool) {
        let priority = Priority(text.bytes.span)
        #expect(priority.urgency == urgency)
        #expect(priority.isIncremental == isIncremental)
    }
}
