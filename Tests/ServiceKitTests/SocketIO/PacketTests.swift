import Testing

@testable import ServiceKit

@Suite struct EnginePacketTests {
    @Test(
        arguments: [
            ("1", .close), ("2", .ping("")), ("2probe", .ping("probe")), ("3", .pong("")), ("3probe", .pong("probe")),
            ("4", .message("")), ("4hello €", .message("hello €")), ("5", .upgrade), ("6", .noop),
        ] as [(String, EnginePacket)])
    func `a packet is read, and written as it was`(text: String, packet: EnginePacket) throws {
        #expect(try EnginePacket(text) == packet)
        #expect(packet.text == text)
    }

    @Test(
        arguments: [
            ("", .malformed), ("7", .malformed), ("0{}", .malformed), ("x", .malformed), ("1x", .malformed),
            ("5x", .malformed), ("6x", .malformed), ("bAQIDBA==", .binary), ("\u{1e}", .malformed),
        ] as [(String, EngineError)])
    func `what is no packet of a client is refused`(text: String, error: EngineError) {
        #expect(throws: error) { try EnginePacket(text) }
    }

    @Test func `a payload is packets with 0x1E between them`() throws {
        let packets: [EnginePacket] = [.message("hello"), .ping(""), .message("wörld")]
        let body = Array("4hello\u{1e}2\u{1e}4wörld".utf8)
        #expect(EnginePayload.encode(packets) == body)
        #expect(try EnginePayload.decode(body) == packets)
    }

    @Test(
        arguments: [
            ([], .malformed), (Array("4a\u{1e}".utf8), .malformed), (Array("\u{1e}4a".utf8), .malformed),
            (Array("4a\u{1e}bAQ==".utf8), .binary), ([0x34, 0xFF], .malformed),
            (Array(Array(repeating: "6", count: 1001).joined(separator: "\u{1e}").utf8), .tooMany),
        ] as [([UInt8], EngineError)])
    func `what is no payload is refused`(body: [UInt8], error: EngineError) {
        #expect(throws: error) { try EnginePayload.decode(body) }
    }

    @Test func `as many packets as a client may have gathered are taken`() throws {
        let body = Array(Array(repeating: "6", count: 1000).joined(separator: "\u{1e}").utf8)
        #expect(try EnginePayload.decode(body).count == 1000)
    }
}

@Suite struct SocketPacketTests {
    @Test(
        arguments: [
            ("0", SocketPacket(.connect(nil))), (#"0{"token":"a"}"#, SocketPacket(.connect(["token": "a"]))),
            ("0/admin,", SocketPacket(.connect(nil), namespace: "/admin")),
            (#"0/admin,{"a":1}"#, SocketPacket(.connect(["a": 1]), namespace: "/admin")),
            ("1", SocketPacket(.disconnect)), ("1/admin,", SocketPacket(.disconnect, namespace: "/admin")),
            (#"2["join"]"#, SocketPacket(.event(name: "join", arguments: []))),
            (#"2["join",{"a":1},2]"#, SocketPacket(.event(name: "join", arguments: [["a": 1], 2]))),
            (#"212["join"]"#, SocketPacket(.event(name: "join", arguments: []), id: 12)),
            (#"2/admin,456["x",[]]"#, SocketPacket(.event(name: "x", arguments: [[]]), namespace: "/admin", id: 456)),
            ("31[]", SocketPacket(.ack([]), id: 1)),
            (#"3/a,1["b"]"#, SocketPacket(.ack(["b"]), namespace: "/a", id: 1)),
        ])
    func `a packet is read, and written as it was`(text: String, packet: SocketPacket) throws {
        #expect(try SocketPacket(text) == packet)
        #expect(packet.text == text)
    }

    @Test func `a namespace may end without a comma`() throws {
        #expect(try SocketPacket("0/admin") == SocketPacket(.connect(nil), namespace: "/admin"))
    }

    @Test func `a refusal has its reason`() {
        let packet = SocketPacket(.connectError(["message": "no"]))
        #expect(packet.text == #"4{"message":"no"}"#)
    }

    @Test(
        arguments: [
            ("", .malformed), ("2", .malformed), ("2[]", .malformed), ("2[1]", .malformed), (#"2{"a":1}"#, .malformed),
            ("0[]", .malformed), ("0x", .malformed), ("1[]", .malformed), ("3{}", .malformed),
            (#"4{"a":1}"#, .malformed),
            ("9", .malformed), ("hello", .malformed), (#"2["a"] x"#, .malformed),
            (#"299999999999999999999["a"]"#, .malformed),
            (#"51-["a",{"_placeholder":true,"num":0}]"#, .binary), ("61-1[]", .binary),
        ] as [(String, EngineError)])
    func `what is no packet of a client is refused`(text: String, error: EngineError) {
        #expect(throws: error) { try SocketPacket(text) }
    }

    @Test func `no text makes it trap`() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array(#"0123456/,[]{}":a-\u€"#)
        for _ in 0..<20_000 {
            let text = String((0..<Int.random(in: 0...12, using: &generator)).map { _ in alphabet.randomElement()! })
            if let packet = try? SocketPacket(text) { #expect(!packet.text.isEmpty) }
        }
    }
}

@Suite struct RoomTests {
    @Test func `who joins is in, who leaves is out, and empty rooms are gone`() {
        var rooms = Rooms()
        rooms.join("a", "one")
        rooms.join("a", "two")
        rooms.join("b", "one")
        rooms.join("b", "one")
        #expect(rooms.members(of: "one") == ["a", "b"] && rooms.count(of: "a") == 2 && rooms.count(of: "b") == 1)
        rooms.leave("b", "one")
        #expect(!rooms.contains("b", in: "one") && rooms.contains("a", in: "one"))
        rooms.leaveAll("a")
        #expect(rooms.members(of: "one").isEmpty && rooms.members(of: "two").isEmpty && rooms.count(of: "a") == 0)
    }
}
