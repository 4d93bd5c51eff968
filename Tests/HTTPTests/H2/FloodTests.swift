import Bytes
import HTTP
import Testing

/// Attacks that keep to the letter of the protocol, and cost their victim more than their sender.
@Suite struct FloodTests {
    /// Sends the same again and again, at one instant, until the connection ends; returns how often that was.
    private func rounds(
        _ server: H2Endpoint, limit: Int = 20_000, _ round: (_ number: Int) -> [WireFrame]
    ) -> Int {
        for number in 0..<limit {
            for case .head(let slot, _) in server.receive(round(number)) where server.isClosed(slot) {
                server.forget(slot)
            }
            server.dropOutput()
            if server.failure != nil { return number }
        }
        return limit
    }

    private func id(_ number: Int) -> UInt32 { UInt32(number * 2 + 1) }

    // MARK: Resets

    @Test func `CVE-2023-44487 rapid reset`() {
        let server = H2Endpoint.server()
        let survived = rounds(server) { [.headers(id($0)), .reset(id($0))] }
        #expect(survived == 200)
        #expect(server.failure == H2Failure(.enhanceYourCalm, .rapidReset))
    }

    @Test func `CVE-2023-44487 rapid reset of streams whose work goes on gets no more work than the limit`() {
        let server = H2Endpoint.server()
        for number in 0..<3000 where server.failure == nil {
            server.receive(.headers(id(number)), .reset(id(number)))
        }
        #expect(server.failure == H2Failure(.enhanceYourCalm, .refusedStreams))
        #expect(server.openStreams == 200)
    }

    @Test func `rapid reset at the pace that is allowed goes on for ever, faster does not`() {
        for (interval, survives) in [(50, true), (45, false)] {
            let server = H2Endpoint.server()
            let survived = rounds(server, limit: 5000) { number in
                server.now = Instant(nanoseconds: UInt64(number * interval + 1) * 1_000_000)
                return [.headers(id(number)), .reset(id(number))]
            }
            #expect((survived == 5000) == survives)
        }
    }

    static let violations: [(String, [WireFrame])] = [
        ("WINDOW_UPDATE by zero", [.headers(1), .windowUpdate(1, 0)]),
        ("a window beyond the maximum", [.headers(1), .windowUpdate(1, 0x7FFF_FFFF)]),
        ("DATA after the end", [.headers(1), .data(1, [1])]),
        ("HEADERS after the end", [.headers(1), .headers(1, WireBlocks.trailers)]),
        ("PRIORITY of four bytes", [.headers(1), WireFrame(type: 2, stream: 1, payload: [0, 0, 0, 0])]),
        ("PRIORITY on itself", [.headers(1), .priority(1, on: 1)]),
        ("more data than declared", [.headers(1, WireBlocks.post(length: "1"), isEnd: false), .data(1, [1, 2])]),
        ("a second head", [.headers(1, WireBlocks.post, isEnd: false), .headers(1, WireBlocks.post, isEnd: false)]),
        ("CVE-2019-9518 a head without a field", [.headers(1, [])]),
        ("a malformed request", [.headers(1, WireBlocks.malformed)]),
    ]

    @Test(arguments: violations)
    func `CVE-2025-8671 made you reset`(_ name: String, _ frames: [WireFrame]) {
        let server = H2Endpoint.server()
        let survived = rounds(server) { number in
            frames.map { frame in
                var frame = frame
                frame.stream = id(number)
                if frame == .priority(frame.stream, on: 1) { frame = .priority(frame.stream, on: frame.stream) }
                return frame
            }
        }
        #expect(survived == 200)
        #expect(server.failure == H2Failure(.enhanceYourCalm, .madeYouReset))
    }

    @Test func `streams above the limit, again and again`() {
        let server = H2Endpoint.server()
        for number in 0..<100 { server.receive(.headers(id(number), WireBlocks.post, isEnd: false)) }
        #expect(server.openStreams == 100)
        #expect(rounds(server) { [.headers(id($0 + 100))] } == 1000)
        #expect(server.failure == H2Failure(.enhanceYourCalm, .refusedStreams))
        #expect(server.openStreams == 100)
    }

    // MARK: Field blocks

    @Test func `CVE-2024-27316 CONTINUATION without end`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1, [], isWhole: false))
        #expect(rounds(server) { _ in [.continuation(1, WireBlocks.trailers, isLast: false)] } == 8)
        #expect(server.failure == H2Failure(.enhanceYourCalm, .continuationFlood))
    }

    @Test func `CVE-2024-27316 empty CONTINUATION without end`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1, WireBlocks.get, isWhole: false))
        #expect(rounds(server) { _ in [.continuation(1, [], isLast: false)] } == 8)
        #expect(server.failure == H2Failure(.enhanceYourCalm, .continuationFlood))
    }

    @Test func `a field block as large as its frames allow`() {
        let server = H2Endpoint.server()
        server.receive(.headers(1, .init(repeating: 0x82, count: 16_384), isWhole: false))
        let part = [UInt8](repeating: 0x82, count: 16_384)
        #expect(rounds(server) { _ in [.continuation(1, part, isLast: false)] } == 3)
        #expect(server.failure == H2Failure(.enhanceYourCalm, .continuationFlood))
    }

    @Test func `a HPACK bomb is answered with an error and not unpacked`() {
        let server = H2Endpoint.server()
        // One field of 3,000 bytes enters the table, and then counts a thousand times with a byte each.
        let value = String(repeating: "b", count: 3000)
        let bomb = [0x40] + WireBlocks.literal("bomb", value).dropFirst() + [UInt8](repeating: 0xBE, count: 1000)
        let events = server.receive(.headers(1, WireBlocks.get + bomb), .headers(3))
        #expect(
            events == [
                .refusedHead(.first, .fieldsTooLarge, isEnd: true), .head(H2Slot(index: 1, id: 3), isEnd: true),
            ])
    }

    // MARK: Frames that move nothing

    static let floods: [(String, [WireFrame], survives: Int, reason: H2Violation)] = [
        ("CVE-2019-9512 PING", [.ping()], 201, .pingFlood),
        ("answers to a PING that nobody sent", [.ping(isAcknowledgement: true)], 201, .pingFlood),
        ("CVE-2019-9515 SETTINGS", [.settings([(4, 1000)])], 98, .settingsFlood),
        ("acknowledgements of SETTINGS", [.settingsAcknowledgement], 98, .settingsFlood),
        ("CVE-2019-9513 PRIORITY", [.priority(1, on: 3)], 208, .priorityFlood),
        ("PRIORITY of idle streams", [.priority(1001, on: 3)], 208, .priorityFlood),
        ("PRIORITY_UPDATE", [.priorityUpdate(1, "u=1")], 208, .priorityFlood),
        ("CVE-2019-9518 empty DATA", [.data(1, [])], 101, .emptyFrameFlood),
        ("DATA that is all padding", [.padded(1, [], padding: 255)], 101, .emptyFrameFlood),
        ("WINDOW_UPDATE by one of the connection", [.windowUpdate(0, 1)], 2004, .windowUpdateFlood),
        ("WINDOW_UPDATE by one of a stream", [.windowUpdate(1, 1)], 2004, .windowUpdateFlood),
        ("frames of unknown types", [WireFrame(type: 0xF0, stream: 1, payload: [1])], 102, .unknownFrameFlood),
    ]

    @Test(arguments: floods)
    func `a flood ends the connection`(_ name: String, _ frames: [WireFrame], survives: Int, _ reason: H2Violation) {
        let server = H2Endpoint.server()
        _ = server.open(1)
        let survived = rounds(server) { _ in frames }
        #expect(survived == survives)
        #expect(server.failure == H2Failure(.enhanceYourCalm, reason))
    }

    @Test(arguments: floods)
    func `time allows the same again`(_ name: String, _ frames: [WireFrame], survives: Int, _ reason: H2Violation) {
        let server = H2Endpoint.server()
        _ = server.open(1)
        let survived = rounds(server, limit: 3000) { number in
            server.now = Instant(nanoseconds: UInt64(number + 1) * 1_000_000_000)
            return frames
        }
        #expect(survived == 3000)
    }

    @Test func `CVE-2019-9514 frames for streams that have ended`() {
        for frame: WireFrame in [.reset(1), .windowUpdate(1, 1)] {
            let server = H2Endpoint.server()
            server.receive(.headers(1))
            server.finish(.first)
            #expect(rounds(server) { _ in [frame] } >= 2000)
            #expect(server.failure?.code == .enhanceYourCalm)
        }
    }

    @Test(arguments: [WireFrame.data(1, [1, 2, 3]), .headers(1, WireBlocks.trailers)])
    func `more and more of a stream that was reset`(frame: WireFrame) {
        let server = H2Endpoint.server()
        server.reset(server.open(1), .cancel)
        // A burst, and what the reset and the stream before it allow for.
        #expect(rounds(server) { _ in [frame] } == 2000 + 2 * (512 + 1))
        #expect(server.failure == H2Failure(.enhanceYourCalm, .strayFrameFlood))
    }

    @Test func `GOAWAY again and again`() {
        let server = H2Endpoint.server()
        #expect(rounds(server) { _ in [.goAway(0)] } == 2000)
        #expect(server.failure == H2Failure(.enhanceYourCalm, .strayFrameFlood))
    }

    @Test func `what work has earned can be saved, but not without end`() {
        let server = H2Endpoint.server()
        let slot = server.open(1)
        for _ in 0..<5000 {
            server.receive(.data(1, [1]))
            server.consume(slot, 1)
        }
        #expect(rounds(server) { _ in [.ping()] } == 200 + 8 * 200)
        #expect(server.failure == H2Failure(.enhanceYourCalm, .pingFlood))
    }

    @Test func `a window that opens byte by byte`() {
        let server = H2Endpoint.server(client: [(4, 0)])
        server.receive(.headers(1))
        server.respond(.first, isEnd: false)
        let body = [UInt8](repeating: 1, count: 100)
        let survived = rounds(server) { _ in
            _ = server.send(.first, body)
            return [.windowUpdate(1, 1)]
        }
        #expect(survived < 2100)
        #expect(server.failure == H2Failure(.enhanceYourCalm, .windowUpdateFlood))
    }

    @Test func `CVE-2019-9512, CVE-2019-9515 a peer that asks and never reads`() {
        var limits = H2Limits()
        limits.pings = H2Allowance(burst: .max, perSecond: 1000)
        let server = H2Endpoint.server(limits: limits)
        for _ in 0..<10_000 where server.failure == nil { server.receive(.ping()) }
        #expect(server.failure == H2Failure(.enhanceYourCalm, .unreadAnswers))
        #expect(server.sent().count == 64 * 1024 / 17 + 2)
    }

    @Test func `answers that wait in the owner's queue count as well`() {
        var limits = H2Limits()
        limits.pings = H2Allowance(burst: .max, perSecond: 1000)
        let server = H2Endpoint.server(limits: limits)
        for _ in 0..<10_000 where server.failure == nil {
            server.receive(.ping())
            server.connection.pendingOutput += server.output.readable.count
            server.dropOutput()
        }
        #expect(server.failure == H2Failure(.enhanceYourCalm, .unreadAnswers))
    }

    @Test func `a peer that reads may ask as long as it likes`() {
        var limits = H2Limits()
        limits.pings = H2Allowance(burst: .max, perSecond: 1000)
        let server = H2Endpoint.server(limits: limits)
        #expect(rounds(server) { _ in [.ping()] } == 20_000)
    }
}
