import Foundation
import Testing

/// Requests and answers over HTTP/2, one field and frame at a time: RFC 9113, section 8.
@Suite(.enabled(if: Places.hasPyPI, "PyPI was out of reach: run make test where it is not"))
struct HTTP2MessageTests {
    let fixture: Fixture
    let wire: HTTP2Wire

    init() throws {
        fixture = try Fixture.shared()
        wire = try HTTP2Wire(fixture.gateway)
    }

    @Test func `the settings announce what is taken`() throws {
        #expect(try wire.exchange("GET", "/open/a").status == 200)
        #expect(wire.settings[3] == 100, "MAX_CONCURRENT_STREAMS")
        #expect(wire.settings[6] == 32 << 10, "MAX_HEADER_LIST_SIZE")
        // RFC 8441, section 3.
        #expect(wire.settings[8] == 1, "ENABLE_CONNECT_PROTOCOL")
        #expect(wire.settings[4] ?? 65535 >= 65535, "INITIAL_WINDOW_SIZE")
    }

    @Test func `a ping is answered`() throws {
        try wire.ping()
        try wire.wait(for: "the answer to PING") { wire.pongs == 1 ? () : nil }
    }

    @Test(arguments: [("HEAD", "bytes=1000", 200), ("GET", "status=204", 204), ("GET", "status=304", 304)])
    func `an answer without a body is a head and the end`(method: String, query: String, status: Int) throws {
        let answer = try wire.exchange(method, "/open/a?\(query)&field=X-Thing:1")
        #expect(answer.status == status)
        #expect(answer.body.isEmpty)
        #expect(answer["x-thing"] == "1")
        #expect(answer["content-length"] == (method == "HEAD" ? "1000" : nil))
    }

    @Test func `trailers pass in both directions`() throws {
        let down = try wire.exchange("GET", "/open/a?chunks=2&trailer=x-sum:2", [("te", "trailers")])
        #expect(down.text == "chunk 0\nchunk 1\n")
        #expect(down.trailers.map { "\($0.name): \($0.value)" } == ["x-sum: 2"])

        let stream = try wire.open("POST", "/open/a", isEnd: false)
        try wire.send("data", on: stream)
        try wire.send(trailers: [("x-sum", "4")], on: stream)
        let up = try wire.answer(on: stream).json
        #expect(up["body"].string == "data")
        #expect(up["trailers"][0][0].string?.lowercased() == "x-sum")
        #expect(up["trailers"][0][1].string == "4")
    }

    @Test func `a trailer cannot stand in for a header`() throws {
        let stream = try wire.open("POST", "/private/a", isEnd: false)
        try wire.send("data", on: stream)
        try wire.send(trailers: [("authorization", "Bearer \(try Token.good())")], on: stream)
        #expect(try wire.head(on: stream).status == 401)
    }

    @Test(arguments: [nil, "data"], [false, true])
    func `a trailer cannot say what only the gateway may say`(body: String?, isOneFlight: Bool) throws {
        let token = try Token.good(subject: "alice")
        let stream = try wire.open("POST", "/private/a", [("authorization", "Bearer \(token)")], isEnd: false)
        let rest = {
            if let body { try wire.send(body, on: stream) }
            try wire.send(trailers: [("x-user-id", "root"), ("x_user_id", "root"), ("x-sum", "4")], on: stream)
        }
        if isOneFlight { try wire.inOneFlight(rest) } else { try rest() }
        let seen = try wire.answer(on: stream).json
        #expect(seen["body"].string == body ?? "")
        #expect(seen["trailers"].array.map { $0[0].string?.lowercased() } == ["x-sum"])
    }

    @Test func `the scheme is that of the connection, whatever the client says`() throws {
        let answer = try wire.exchange("GET", "/open/a", [(":scheme", "http")])
        let fields = answer.json["fields"].array.filter { $0[0].string?.lowercased() == "x-forwarded-proto" }
        #expect(fields.map { $0[1].string } == ["https"])
    }

    @Test func `the type of a gRPC call lifts no limit of a service that cannot be called`() throws {
        let stream = try wire.open("POST", "/small/a", [("content-type", "application/grpc")], isEnd: false)
        // Messages that are each within the limit of 1 KiB.
        for _ in 0..<3 {
            let message = "\u{0}\u{0}\u{0}\u{2}\u{0}" + String(repeating: "m", count: 512)
            try wire.send(message, on: stream)
        }
        let answer = try wire.head(on: stream)
        #expect(answer["grpc-status"] == "8" || answer.status == 413)
    }

    @Test func `103 Early Hints come early`() throws {
        let stream = try wire.open("GET", "/open/a?informational=103")
        #expect(try wire.answer(on: stream).status == 200)
        let hints = try #require(wire.streams[stream]?.interim.first)
        #expect(hints.status == 103)
        #expect(hints["link"] == "</style.css>; rel=preload")
    }

    @Test func `100 Continue comes before the body is sent`() throws {
        let stream = try wire.open(
            "POST", "/open/a", [("expect", "100-continue"), ("content-length", "5")], isEnd: false)
        let interim = try wire.wait(for: "100 Continue") { wire.streams[stream]?.interim.first }
        #expect(interim.status == 100)
        try wire.send("hello", on: stream, isEnd: true)
        #expect(try wire.answer(on: stream).json["body"].string == "hello")
    }

    @Test func `a refusal comes instead of 100 Continue`() throws {
        let stream = try wire.open(
            "POST", "/private/a", [("expect", "100-continue"), ("content-length", "5")], isEnd: false)
        #expect(try wire.head(on: stream).status == 401)
        #expect(wire.streams[stream]?.interim.isEmpty == true)
    }

    @Test func `an expectation that nobody knows is refused with 417`() throws {
        #expect(try wire.exchange("POST", "/open/a", [("expect", "miracles")], body: "").status == 417)
    }

    @Test func `cookies that came in crumbs go on as one field`() throws {
        let crumbs = (0..<60).map { ("cookie", "c\($0)=\($0)") }
        let fields = try wire.exchange("GET", "/open/a", crumbs).json["fields"].array
        let cookies = fields.filter { $0[0].string?.lowercased() == "cookie" }.map { $0[1].string }
        #expect(cookies == [(0..<60).map { "c\($0)=\($0)" }.joined(separator: "; ")])
    }

    @Test func `every Set-Cookie stays a field of its own`() throws {
        let answer = try wire.exchange("GET", "/open/a?field=Set-Cookie:a=1|Set-Cookie:b=2|Set-Cookie:c=3")
        #expect(answer.values(of: "set-cookie") == ["a=1", "b=2", "c=3"])
    }

    @Test func `what belongs to the upstream's connection stays there`() throws {
        let answer = try wire.exchange(
            "GET", "/open/a?field=Connection:x-mine|X-Mine:1|Keep-Alive:timeout=5|Upgrade:h2c|Proxy-Connection:close")
        for name in ["connection", "x-mine", "keep-alive", "upgrade", "proxy-connection", "transfer-encoding"] {
            #expect(answer[name] == nil, "\(name)")
        }
    }

    @Test(arguments: [40, 120])
    func `too large a head is 431, and its neighbours do not notice`(count: Int) throws {
        let before = try wire.open("GET", "/open/a?delay=300")
        let value = String(repeating: "v", count: count == 40 ? 1000 : 1)
        let stream = try wire.open("GET", "/open/a", (0..<count).map { ("x-\($0)", value) })
        let answer = try wire.answer(on: stream)
        #expect(answer.status == 431)
        #expect(answer.json["status"].int == 431)
        #expect(try wire.answer(on: before).status == 200)
        #expect(try wire.exchange("GET", "/open/a").status == 200)
    }

    @Test func `Host stands in for the authority`() throws {
        let stream = try wire.open(exactly: [
            (":method", "GET"), (":scheme", "https"), (":path", "/open/a"), ("host", "localhost"),
        ])
        #expect(try wire.answer(on: stream).status == 200)
    }

    @Test func `the fields of the next request may refer to those of the last`() throws {
        let fields = (0..<30).map { ("x-field-\($0)", "value number \($0)") }
        for _ in 0..<3 {
            let seen = try wire.exchange("GET", "/open/a", fields).json["fields"].array
            for (name, value) in fields { #expect(seen.contains { $0[0].string == name && $0[1].string == value }) }
        }
    }
}
