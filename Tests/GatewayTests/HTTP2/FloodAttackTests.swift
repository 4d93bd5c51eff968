import HTTP
import Reactor
import Telemetry
import Testing

@testable import Gateway

/// Attacks that keep to the letter of HTTP/2 and cost their victim more than their sender, over TLS and through the whole
/// gateway: the attacker is cut off, its service has seen little of it, and another client is served meanwhile.
///
/// One after the other: many attacks at once would leave other tests no time.
@Suite(.serialized) struct FloodAttackTests {
    /// Lets one client attack beside an honest one.
    /// - Returns: how many requests of the attacker reached the service.
    @discardableResult
    private func expectCut(
        _ violation: H2Violation, _ code: H2ErrorCode = .enhanceYourCalm, limits: String = "",
        answer: String? = RecordingUpstream.ok,
        by attack: @escaping @Sendable (H2Peer) async throws -> Void
    ) async throws -> Int {
        let service = RecordingUpstream(answer: answer)
        let root = limits.isEmpty ? "" : "\"limits\": {\(limits)},"
        try await withGateway(oneRoute(root: root), isSecure: true, upstream: service.script) { gateway in
            let (honest, attacker) = (try await H2Peer.connect(to: gateway), try await H2Peer.connect(to: gateway))
            defer {
                honest.close()
                attacker.close()
            }
            try await attack(attacker)
            if answer != nil { #expect(try await honest.get("/honest") == .status(200)) }
            #expect(try await attacker.end() == code)
            if answer != nil { #expect(try await honest.get("/honest") == .status(200)) }
            #expect(gateway.violations == ["\(violation.reason)": 1])
            try await gateway.loop.until("the end of all work") {
                gateway.core.metrics.requestsInFlight.value == 0
            }
        }
        return service.requests.count { !$0.contains("/honest") }
    }

    /// The same on one stream after the other, a few at a time so that the work of each begins, until the connection ends.
    private func repeating(_ round: @escaping @Sendable (UInt32) -> [H2Frame])
        -> @Sendable (H2Peer) async throws -> Void
    {
        { peer in
            for _ in 0..<100 {
                let frames = (0..<10).flatMap { _ in round(peer.takeStream()) }
                // The answer to the PING comes when all of it has been taken in.
                guard (try? await peer.send(frames + [.ping])) != nil, try await peer.pong() else { return }
            }
        }
    }

    private static let get = H2Block.request()
    private static let post = H2Block.request("POST")
    private static let fewResets = #""http2Resets": "1/s burst 50""#

    // MARK: Streams that cost and bring nothing

    @Test(arguments: [RecordingUpstream.ok, nil])
    func `CVE-2023-44487 rapid reset`(answer: String?) async throws {
        let attack = repeating { [.headers($0, Self.get), .reset($0)] }
        let reached = try await expectCut(.rapidReset, limits: Self.fewResets, answer: answer, by: attack)
        #expect(reached <= 150)
    }

    @Test func `CVE-2023-44487 rapid reset in one burst gets no more work than the limit`() async throws {
        let reached = try await expectCut(.refusedStreams, limits: #""http2Refusals": "1/s burst 50""#) { peer in
            let rounds = (0..<300).map { _ in peer.takeStream() }
            try await peer.send(rounds.flatMap { [.headers($0, Self.get), .reset($0)] })
        }
        #expect(reached <= 200)
    }

    static let provocations: [(String, @Sendable (UInt32) -> [H2Frame])] = [
        ("WINDOW_UPDATE by zero", { [.headers($0, get), .windowUpdate($0, 0)] }),
        ("a window beyond 2^31-1", { [.headers($0, get), .windowUpdate($0, 0x7FFF_FFFF)] }),
        ("DATA after the end", { [.headers($0, get), .data($0, "x")] }),
        ("more data than declared", { [.headers($0, lengthOfOne, isEnd: false), .data($0, "xy")] }),
        ("a malformed request", { [.headers($0, H2Block.request("GET", "no path"))] }),
    ]
    private static let lengthOfOne = H2Block.request("POST", fields: [("content-length", "1")])

    @Test(arguments: provocations)
    func `CVE-2025-8671 made you reset`(_ name: String, round: @escaping @Sendable (UInt32) -> [H2Frame]) async throws {
        let reached = try await expectCut(.madeYouReset, limits: Self.fewResets, by: repeating(round))
        #expect(reached <= 150)
    }

    @Test func `streams above the limit, again and again`() async throws {
        let attack: @Sendable (H2Peer) async throws -> Void = { peer in
            try await peer.send((0..<300).map { _ in .headers(peer.takeStream(), Self.post, isEnd: false) })
        }
        let limits = #""http2Streams": 5, "http2Refusals": "1/s burst 100""#
        #expect(try await expectCut(.refusedStreams, limits: limits, by: attack) <= 5)
    }

    // MARK: Field blocks

    @Test(arguments: ["", "\u{0}\u{1}a\u{1}b"])
    func `CVE-2024-27316 CONTINUATION flood`(part: String) async throws {
        let reached = try await expectCut(.continuationFlood) { peer in
            let stream = peer.takeStream()
            try await peer.send(
                [.headers(stream, Self.get, isWhole: false)]
                    + (0..<1000).map { _ in .continuation(stream, Array(part.utf8)) })
        }
        #expect(reached == 0)
    }

    @Test func `a field block that grows to the limit of its bytes ends the connection`() async throws {
        let part = H2Block.block([("x", String(repeating: "x", count: 16_000))])
        let reached = try await expectCut(.continuationFlood) { peer in
            let stream = peer.takeStream()
            try await peer.send([.headers(stream, Self.get, isWhole: false)])
            try await peer.send((0..<5).map { _ in .continuation(stream, part) })
        }
        #expect(reached == 0)
    }

    // MARK: Frames that move nothing

    /// A flood on a stream whose request is still open.
    private func flood(
        _ count: Int, _ frame: @escaping @Sendable (UInt32) -> H2Frame
    ) -> @Sendable (H2Peer) async throws -> Void {
        { peer in
            let stream = peer.takeStream()
            try await peer.send(
                [.headers(stream, Self.post, isEnd: false)] + (0..<count).map { _ in frame(stream) })
        }
    }

    @Test func `CVE-2019-9515 SETTINGS flood`() async throws {
        try await expectCut(.settingsFlood, by: flood(300) { _ in .settings([(4, 1000)]) })
    }

    @Test func `CVE-2019-9512 PING flood`() async throws {
        try await expectCut(.pingFlood, by: flood(500) { _ in .ping })
    }

    @Test func `CVE-2019-9513 PRIORITY flood`() async throws {
        try await expectCut(.priorityFlood, by: flood(500) { .priority($0, on: 101) })
    }

    @Test func `PRIORITY_UPDATE flood`() async throws {
        try await expectCut(.priorityFlood, by: flood(500) { .priorityUpdate($0, "u=1") })
    }

    @Test func `CVE-2019-9518 empty DATA flood`() async throws {
        try await expectCut(.emptyFrameFlood, by: flood(300) { .data($0, "") })
    }

    @Test(arguments: [true, false])
    func `WINDOW_UPDATE flood`(isOfStream: Bool) async throws {
        try await expectCut(.windowUpdateFlood, by: flood(3000) { .windowUpdate(isOfStream ? $0 : 0, 1) })
    }

    @Test func `flood of frames of an unknown type`() async throws {
        try await expectCut(.unknownFrameFlood, by: flood(300) { H2Frame(type: 0xF0, stream: $0, payload: [1]) })
    }

    @Test func `CVE-2019-9514 flood of frames for a stream that has ended`() async throws {
        try await expectCut(.strayFrameFlood) { peer in
            let stream = peer.takeStream()
            try await peer.send(.headers(stream, Self.get))
            #expect(try await peer.outcome(of: stream) == .status(200))
            try await peer.send((0..<3000).map { _ in .reset(stream) })
        }
    }

    @Test func `limits of the configuration hold`() async throws {
        try await expectCut(.pingFlood, limits: #""http2Pings": "1/s burst 5""#, by: flood(20) { _ in .ping })
    }

    // MARK: Broken rules of the connection

    static let violations: [(H2Violation, H2ErrorCode, [H2Frame])] = [
        (.frameTooLarge, .frameSizeError, [H2Frame(type: 0, stream: 1, payload: [UInt8](repeating: 0, count: 20_000))]),
        (.idleStream, .protocolError, [.data(1, "x")]),
        (.unexpectedStreamID, .protocolError, [.headers(2, get)]),
        (.badContinuation, .protocolError, [.headers(1, get, isWhole: false), .ping]),
        (.badSetting, .flowControlError, [.settings([(4, 0x8000_0000)])]),
        (.emptyWindowUpdate, .protocolError, [.windowUpdate(0, 0)]),
        (.windowOverflow, .flowControlError, [.windowUpdate(0, 0x7FFF_FFFF)]),
        (.badCompression, .compressionError, [.headers(1, [0xFF, 0xFF, 0xFF, 0x7F])]),
        (.unexpectedPush, .protocolError, [H2Frame(type: 5, stream: 1, payload: [0, 0, 0, 2])]),
    ]

    @Test(arguments: violations)
    func `what breaks a connection's rules ends it and is counted`(
        _ violation: H2Violation, _ code: H2ErrorCode, _ frames: [H2Frame]
    ) async throws {
        try await expectCut(violation, code) { try await $0.send(frames) }
    }

    @Test func `a client that agreed on HTTP 2 and speaks another protocol is cut off`() async throws {
        let service = RecordingUpstream()
        try await withGateway(oneRoute(), isSecure: true, upstream: service.script) { gateway in
            let peer = try await H2Peer.connectSilently(to: gateway)
            try await peer.raw.send("GET /smuggled HTTP/1.1\r\nhost: h\r\n\r\n")
            #expect(try await peer.end() == .protocolError)
            #expect(gateway.violations == ["bad_preface": 1])
            #expect(service.requests == [])
        }
    }
}
