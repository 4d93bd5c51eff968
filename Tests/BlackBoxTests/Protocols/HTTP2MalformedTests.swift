import Foundation
import Testing

/// Requests that are none are refused by themselves; RFC 9113, section 8.1.1.
@Suite(.enabled(if: Places.hasPyPI, "PyPI was out of reach: run make test where it is not"))
struct HTTP2MalformedTests {
    let fixture: Fixture
    let wire: HTTP2Wire

    init() throws {
        fixture = try Fixture.shared()
        wire = try HTTP2Wire(fixture.gateway)
    }

    private static let good = [
        (":method", "GET"), (":scheme", "https"), (":authority", "localhost"), (":path", "/open/a?key=malformed"),
    ]

    private static func good(without name: String) -> [(String, String)] {
        good.filter { $0.0 != name }
    }

    static let requests: [(String, [(String, String)])] = [
        ("an upper-case name", good + [("X-Upper", "1")]),
        ("Connection", good + [("connection", "close")]),
        ("Keep-Alive", good + [("keep-alive", "timeout=5")]),
        ("Upgrade", good + [("upgrade", "websocket")]),
        ("Transfer-Encoding: H2.TE smuggling", good + [("transfer-encoding", "chunked")]),
        ("TE other than trailers", good + [("te", "gzip")]),
        ("two lengths: H2.CL smuggling", good + [("content-length", "0"), ("content-length", "5")]),
        ("a length that is no number", good + [("content-length", "+5")]),
        ("a line end in a value", good + [("x-a", "b\r\nx-c: d")]),
        ("a line end in a name", good + [("x-a: b\r\nx-c", "d")]),
        ("a NUL in a value", good + [("x-a", "b\0c")]),
        ("a colon in a name", good + [("x:a", "b")]),
        ("an empty name", good + [("", "b")]),
        ("no method", good(without: ":method")),
        ("no scheme", good(without: ":scheme")),
        ("no path", good(without: ":path")),
        ("an empty path", good(without: ":path") + [(":path", "")]),
        ("two paths", good + [(":path", "/open/b?key=malformed")]),
        ("two authorities", good + [(":authority", "other")]),
        ("a pseudo-header field after a regular one", good(without: ":path") + [("x-a", "b"), good[3]]),
        ("an unknown pseudo-header field", good + [(":status", "200")]),
        ("a line end in the path", good(without: ":path") + [(":path", "/open/a HTTP/1.1\r\nX: y")]),
        ("a space in the path", good(without: ":path") + [(":path", "/open/a b")]),
        ("a line end in the method", good(without: ":method") + [(":method", "GET / HTTP/1.1\r\nX: y\r\n\r\n")]),
        ("a space in the authority", good(without: ":authority") + [(":authority", "local host")]),
        ("Host that is not the authority", good + [("host", "other.test")]),
    ]

    @Test(arguments: requests)
    func `a malformed request is refused, reaches nobody, and leaves its neighbours alone`(
        what: String, fields: [(String, String)]
    ) throws {
        let key = "malformed-\(UUID().uuidString)"
        let neighbour = try wire.open("GET", "/open/a?delay=200")
        let stream = try wire.open(exactly: fields.map { ($0.0, $0.1.replacing("key=malformed", with: "key=\(key)")) })
        // PROTOCOL_ERROR, or an answer that says so.
        let code = try wire.resetCode(of: stream)
        #expect(code == 1 || (code == nil && wire.streams[stream]?.head?.status == 400), "\(wire.streams[stream]!)")
        #expect(try fixture.upstream.requests(key: key) == 0)
        #expect(try wire.answer(on: neighbour).status == 200)
        #expect(wire.goAways.isEmpty)
    }

    @Test(arguments: [("5", "123"), ("3", "12345"), ("0", "1"), ("5", "")])
    func `a body that is not as long as announced is an error of its stream`(length: String, body: String) throws {
        let stream = try wire.open("POST", "/open/a", [("content-length", length)], isEnd: false)
        try wire.send(body, on: stream, isEnd: true)
        let code = try wire.resetCode(of: stream)
        #expect(code == 1 || (code == nil && wire.streams[stream]?.head?.status == 400), "\(wire.streams[stream]!)")
        #expect(try wire.exchange("GET", "/open/a").status == 200)
    }

    @Test(arguments: ["cut=body", "raw=\(Self.shortAnswer)", "raw=\(Self.brokenChunk)"])
    func `an answer that breaks off is reset, never ended`(how: String) throws {
        let neighbour = try wire.open("GET", "/open/a?delay=400")
        let stream = try wire.open("GET", "/open/a?\(how)")
        #expect(try wire.resetCode(of: stream) != nil)
        #expect(wire.streams[stream]?.head?.status == 200)
        #expect(try wire.answer(on: neighbour).status == 200)
    }

    private static let shortAnswer = Data("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort".utf8)
        .base64EncodedString()
    private static let brokenChunk = Data(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n".utf8
    ).base64EncodedString()
}
