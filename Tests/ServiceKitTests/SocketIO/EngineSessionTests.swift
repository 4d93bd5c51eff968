import Testing

@testable import ServiceKit

/// A session that expectations may change.
private final class Engine {
    private var session: EngineSession

    init(_ session: EngineSession) { self.session = session }

    var end: EngineEnd? { session.end }
    var isPollReady: Bool { session.isPollReady }
    var isProbing: Bool { session.isProbing }
    func enqueue(_ packet: EnginePacket) { session.enqueue(packet) }
    func takeForWebSocket() -> [EnginePacket] { session.takeForWebSocket() }
    func beginPoll() -> Bool { session.beginPoll() }
    func endPoll() -> EngineSession.PollAnswer { session.endPoll() }
    func beginPost() -> Bool { session.beginPost() }
    func beginProbe(at now: Duration) -> Bool { session.beginProbe(at: now) }
    func upgrade() -> Bool { session.upgrade() }
    func endProbe() { session.endProbe() }
    func receive(_ packet: EnginePacket, at now: Duration) -> String? { session.receive(packet, at: now) }
    func tick(at now: Duration) { session.tick(at: now) }
    func finish(_ end: EngineEnd) { session.finish(end) }
}

@Suite struct EngineSessionTests {
    private typealias Answer = EngineSession.PollAnswer
    private let limits = SocketLimits()

    private func session(isWebSocket: Bool = false) -> Engine {
        Engine(EngineSession(id: "s", isWebSocket: isWebSocket, limits, at: .zero))
    }

    /// A session whose handshake was taken.
    private func opened() -> Engine {
        let session = session()
        _ = session.beginPoll()
        _ = session.endPoll()
        return session
    }

    @Test func `the first poll brings the handshake`() throws {
        let session = session()
        #expect(session.beginPoll() && session.isPollReady)
        guard case .packets(let packets) = session.endPoll(), case .open(let json)? = packets.first else {
            Issue.record("no handshake")
            return
        }
        #expect(packets.count == 1)
        #expect(json["sid"] == "s" && json["upgrades"] == ["websocket"] && json["maxPayload"] == 1_000_000)
        #expect(json["pingInterval"] == 25_000 && json["pingTimeout"] == 20_000)
    }

    @Test func `a poll waits until there is something to say`() {
        let session = opened()
        #expect(session.beginPoll() && !session.isPollReady)
        session.enqueue(.message("a"))
        session.enqueue(.message("b"))
        #expect(session.isPollReady)
        #expect(session.endPoll() == .packets([.message("a"), .message("b")]))
        #expect(session.beginPoll() && !session.isPollReady)
    }

    @Test func `an answer has no more packets than clients take, and the rest comes next`() {
        let session = opened()
        for number in 0..<20 { session.enqueue(.message("\(number)")) }
        #expect(session.beginPoll())
        #expect(session.endPoll() == .packets((0..<16).map { .message("\($0)") }))
        #expect(session.beginPoll() && session.isPollReady)
        #expect(session.endPoll() == .packets((16..<20).map { .message("\($0)") }))
    }

    @Test func `two polls at once end the session, and the first is told`() {
        let session = opened()
        #expect(session.beginPoll())
        #expect(!session.beginPoll())
        #expect(session.end == .overlap)
        #expect(session.endPoll() == .packets([.close]))
        #expect(!session.beginPoll() && !session.beginPost())
    }

    @Test func `two posts at once end the session`() {
        let session = opened()
        #expect(session.beginPost())
        #expect(!session.beginPost())
        #expect(session.end == .overlap)
    }

    @Test func `the server pings, and who does not answer is gone`() {
        let session = opened()
        session.tick(at: .seconds(24))
        #expect(!session.isPollReady)
        session.tick(at: .seconds(25))
        #expect(session.beginPoll())
        #expect(session.endPoll() == .packets([.ping("")]))
        session.tick(at: .seconds(44))
        #expect(session.receive(.pong(""), at: .seconds(44)) == nil)
        session.tick(at: .seconds(68))
        #expect(session.end == nil)
        session.tick(at: .seconds(69))
        session.tick(at: .seconds(88))
        #expect(session.end == nil)
        session.tick(at: .seconds(89))
        #expect(session.end == .timedOut)
    }

    @Test func `a Pong that nobody asked for puts nothing off`() {
        let session = opened()
        _ = session.receive(.pong(""), at: .seconds(20))
        session.tick(at: .seconds(25))
        #expect(session.isPollReady)
    }

    @Test func `a session goes on over a WebSocket, with what was waiting`() {
        let session = opened()
        #expect(session.beginPoll())
        #expect(session.beginProbe(at: .seconds(1)))
        // The poll that waits is ended by a noop.
        #expect(session.isPollReady)
        #expect(session.endPoll() == .packets([.noop]))
        session.enqueue(.message("a"))
        #expect(session.takeForWebSocket().isEmpty)
        #expect(session.upgrade())
        #expect(session.takeForWebSocket() == [.message("a")])
        #expect(!session.beginPoll() && !session.beginPost())
        #expect(session.end == nil)
    }

    @Test func `a WebSocket that is tried and never used leaves the session as it was`() {
        let session = opened()
        #expect(session.beginProbe(at: .seconds(1)))
        #expect(!session.beginProbe(at: .seconds(1)))
        session.tick(at: .seconds(10))
        #expect(session.isProbing)
        session.tick(at: .seconds(11))
        #expect(!session.isProbing && !session.upgrade() && session.end == nil)
        #expect(session.beginProbe(at: .seconds(12)))
        session.endProbe()
        #expect(session.beginPoll() && !session.isPollReady)
    }

    @Test func `one that begins over a WebSocket offers no other`() {
        let session = session(isWebSocket: true)
        guard case .open(let json)? = session.takeForWebSocket().first else {
            Issue.record("no handshake")
            return
        }
        #expect(json["upgrades"] == [])
        #expect(!session.beginProbe(at: .zero) && !session.beginPoll())
    }

    @Test func `attack, a client that takes nothing holds no more than the limit`() {
        let session = opened()
        let text = String(repeating: "x", count: 1000)
        var count = 0
        while session.end == nil, count < 10_000 {
            session.enqueue(.message(text))
            count += 1
        }
        #expect(session.end == .tooSlow)
        #expect(count <= limits.queue / 1000 + 1)
    }

    @Test(arguments: [.open([]), .ping(""), .ping("probe"), .upgrade] as [EnginePacket])
    func `packets that are not for now end the session`(packet: EnginePacket) {
        let session = opened()
        _ = session.receive(packet, at: .zero)
        #expect(session.end == .malformed)
    }

    @Test(
        arguments: [
            (.clientClosed, .packets([.noop])), (.timedOut, .packets([.message("a"), .close])),
            (.stopping, .refused), (.expired, .refused),
        ] as [(EngineEnd, EngineSession.PollAnswer)])
    func `a poll that waits hears of the end`(end: EngineEnd, answer: EngineSession.PollAnswer) {
        let session = opened()
        session.enqueue(.message("a"))
        #expect(session.beginPoll())
        session.finish(end)
        session.finish(.malformed)
        #expect(session.isPollReady && session.end == end)
        #expect(session.endPoll() == answer)
    }
}

@Suite struct SocketSessionTests {
    /// A session that expectations may change.
    private final class Side {
        private var session: SocketSession

        init() { session = SocketSession(SocketLimits(), at: .zero) }

        var isConnected: Bool { session.isConnected }
        func isLate(at now: Duration) -> Bool { session.isLate(at: now) }
        func receive(_ text: String, at now: Duration) -> SocketSession.Action { session.receive(text, at: now) }
        func accept() { session.accept() }
        func refuse(at now: Duration) { session.refuse(at: now) }
    }

    private func connected() -> Side {
        let session = Side()
        _ = session.receive("0", at: .zero)
        session.accept()
        return session
    }

    @Test func `a client says who it is, and then what it wants`() {
        let session = Side()
        #expect(session.receive(#"0{"token":"t"}"#, at: .zero) == .connect(["token": "t"]))
        #expect(!session.isConnected)
        session.accept()
        #expect(session.isConnected)
        let event = SocketEvent(name: "join", arguments: [1])
        #expect(session.receive(#"27["join",1]"#, at: .zero) == .event(event, id: 7))
        #expect(session.receive("31[]", at: .zero) == .none)
        #expect(session.receive("1", at: .zero) == .leave)
        #expect(!session.isConnected)
    }

    @Test func `one who is refused may try again, but not for ever`() {
        let session = Side()
        #expect(session.receive("0", at: .seconds(1)) == .connect([:]))
        #expect(!session.isLate(at: .seconds(1000)))
        session.refuse(at: .seconds(5))
        #expect(!session.isLate(at: .seconds(24)))
        #expect(session.isLate(at: .seconds(25)))
        #expect(session.receive("0", at: .seconds(24)) == .connect([:]))
    }

    @Test(arguments: [#"2["join"]"#, "1", "31[]", "x", #"2/admin,["join"]"#])
    func `who has not said who they are may do nothing else`(text: String) {
        let session = Side()
        #expect(session.receive(text, at: .zero) == .end(.malformed))
    }

    @Test func `there is one namespace`() {
        let session = connected()
        let refusal = SocketPacket(.connectError(["message": "Invalid namespace"]), namespace: "/admin")
        #expect(session.receive("0/admin,", at: .zero) == .reply(refusal))
        #expect(session.receive("0", at: .zero) == .end(.malformed))
    }

    @Test func `binary events are refused as such`() {
        let session = connected()
        let text = #"51-["a",{"_placeholder":true,"num":0}]"#
        #expect(session.receive(text, at: .zero) == .end(.binary))
    }

    @Test func `attack, events that come too fast are refused, and later ones are not`() {
        let session = connected()
        let event = SocketEvent(name: "a", arguments: [])
        for _ in 0..<60 { #expect(session.receive(#"2["a"]"#, at: .seconds(1)) == .event(event, id: nil)) }
        #expect(session.receive(#"21["a"]"#, at: .seconds(1)) == .tooMany(event, id: 1))
        #expect(session.receive(#"2["a"]"#, at: .seconds(2)) == .event(event, id: nil))
    }
}
