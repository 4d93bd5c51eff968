import Foundation
import Testing

/// Requests that two readers could understand differently are refused, and the connection ends: RFC 9112, sections 2 to
/// 7 and 11.2. Each smuggling attempt carries a request that must never reach the upstream.
@Suite struct FramingTests {
    let fixture: Fixture

    init() throws {
        fixture = try Fixture.shared()
    }

    struct Attack: CustomTestStringConvertible {
        let name: String
        let bytes: String
        var statuses: Set<Int> = [400]
        var testDescription: String { name }
    }

    static let hidden = "GET /open/hidden?key=hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"

    static func post(_ fields: String, _ body: String = "") -> String {
        "POST /open/a?key=hidden HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n\(body)"
    }

    static func get(_ fields: String, target: String = "/open/a?key=hidden") -> String {
        "GET \(target) HTTP/1.1\r\n\(fields)\r\n"
    }

    static let bodies = [
        Attack(
            name: "CL.TE: Content-Length with Transfer-Encoding",
            bytes: post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + hidden)),
        Attack(
            name: "TE.CL: the same, the other way round",
            bytes: post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "5c\r\n\(hidden)\r\n0\r\n\r\n")),
        Attack(
            name: "TE.TE: chunked twice",
            bytes: post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + hidden),
            statuses: [400, 501]),
        Attack(
            name: "TE that does not end in chunked",
            bytes: post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n" + hidden), statuses: [400, 501]),
        Attack(
            name: "an unknown transfer coding",
            bytes: post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n" + hidden), statuses: [400, 501]),
        Attack(
            name: "TE in HTTP/1.0",
            bytes: "POST /open/a?key=hidden HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Attack(
            name: "TE with a vertical tab", bytes: post("Transfer-Encoding: \u{b}chunked\r\n", "0\r\n\r\n" + hidden),
            statuses: [400, 501]),
        Attack(
            name: "space before the colon", bytes: post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n" + hidden)),
        Attack(name: "Content-Length repeated", bytes: post("Content-Length: 1\r\nContent-Length: 1\r\n", "a")),
        Attack(name: "Content-Length contradicting", bytes: post("Content-Length: 1\r\nContent-Length: 9\r\n", "a")),
        Attack(name: "Content-Length as a list", bytes: post("Content-Length: 1, 1\r\n", "a")),
        Attack(name: "Content-Length with a sign", bytes: post("Content-Length: +1\r\n", "a")),
        Attack(name: "Content-Length in hexadecimal", bytes: post("Content-Length: 0x1\r\n", "a")),
        Attack(name: "Content-Length empty", bytes: post("Content-Length: \r\n", "a")),
        Attack(
            name: "Content-Length past 64 bits", bytes: post("Content-Length: 18446744073709551617\r\n", "a"),
            statuses: [400, 413]),
    ]

    static let chunks = [
        Attack(
            name: "chunk size past 64 bits",
            bytes: post("Transfer-Encoding: chunked\r\n", "10000000000000001\r\na\r\n0\r\n\r\n"), statuses: [400, 413]),
        Attack(name: "chunk size with a sign", bytes: post("Transfer-Encoding: chunked\r\n", "+1\r\na\r\n0\r\n\r\n")),
        Attack(name: "chunk size with 0x", bytes: post("Transfer-Encoding: chunked\r\n", "0x1\r\na\r\n0\r\n\r\n")),
        Attack(
            name: "chunk size that is no number", bytes: post("Transfer-Encoding: chunked\r\n", "g\r\na\r\n0\r\n\r\n")),
        Attack(name: "chunk ending in a bare LF", bytes: post("Transfer-Encoding: chunked\r\n", "1\na\r\n0\r\n\r\n")),
        Attack(
            name: "chunk longer than it says", bytes: post("Transfer-Encoding: chunked\r\n", "1\r\nabc\r\n0\r\n\r\n")),
        Attack(
            name: "an endless chunk extension",
            bytes: post(
                "Transfer-Encoding: chunked\r\n", "1;\(String(repeating: "x", count: 100_000))\r\na\r\n0\r\n\r\n")),
    ]

    static let heads = [
        Attack(name: "obs-fold", bytes: get("Host: localhost\r\nX-A: one\r\n two\r\n")),
        Attack(name: "a bare CR in a value", bytes: get("Host: localhost\r\nX-A: one\rX-B: two\r\n")),
        Attack(name: "bare LF for a line end", bytes: "GET /open/a?key=hidden HTTP/1.1\nHost: localhost\n\n"),
        Attack(name: "NUL in a value", bytes: get("Host: localhost\r\nX-A: a\u{0}b\r\n")),
        Attack(name: "NUL in a name", bytes: get("Host: localhost\r\nX\u{0}A: b\r\n")),
        Attack(name: "a line without a colon", bytes: get("Host: localhost\r\nnonsense\r\n")),
        Attack(name: "an empty name", bytes: get("Host: localhost\r\n: value\r\n")),
        Attack(name: "white space before the first field", bytes: get(" Host: localhost\r\n")),
        Attack(name: "no Host", bytes: get("Accept: */*\r\n")),
        Attack(name: "two Hosts", bytes: get("Host: localhost\r\nHost: localhost\r\n")),
        Attack(name: "a Host that is none", bytes: get("Host: local host\r\n")),
        Attack(name: "a Host with a user", bytes: get("Host: a@localhost\r\n")),
        Attack(name: "a Host with a path", bytes: get("Host: localhost/x\r\n")),
        Attack(name: "a space in the target", bytes: get("Host: localhost\r\n", target: "/open/a b?key=hidden")),
        Attack(
            name: "a control character in the target",
            bytes: get("Host: localhost\r\n", target: "/open/\u{1}?key=hidden")),
        Attack(name: "a target without a slash", bytes: get("Host: localhost\r\n", target: "open/a?key=hidden")),
        Attack(name: "an encoded NUL", bytes: get("Host: localhost\r\n", target: "/open/%00?key=hidden")),
        Attack(name: "a broken escape", bytes: get("Host: localhost\r\n", target: "/open/%zz?key=hidden")),
        Attack(
            name: "two spaces in the request line", bytes: "GET  /open/a?key=hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
        ),
        Attack(name: "no version", bytes: "GET /open/a?key=hidden\r\nHost: localhost\r\n\r\n"),
        Attack(name: "a version that is none", bytes: "GET /open/a?key=hidden HTTP/1.x\r\nHost: localhost\r\n\r\n"),
        Attack(
            name: "a later version", bytes: "GET /open/a?key=hidden HTTP/3.0\r\nHost: localhost\r\n\r\n",
            statuses: [400, 505]),
        Attack(
            name: "HTTP/2's preface without having agreed on it", bytes: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            statuses: [400, 405, 505]),
        Attack(name: "a method that is no token", bytes: "G@T /open/a?key=hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Attack(name: "bytes that are not HTTP", bytes: "\u{16}\u{3}\u{1}hello hello\r\n\r\n"),
    ]

    @Test(arguments: bodies + chunks + heads)
    func `is refused and the connection ends`(attack: Attack) throws {
        let wire = try fixture.gateway.wire()
        wire.send(attack.bytes)
        let text = String(decoding: try wire.readToEnd(), as: UTF8.self)
        let end = try #require(text.firstRange(of: "\r\n\r\n"), "no answer")
        let answer = try Answer(head: String(text[..<end.lowerBound]))
        #expect(attack.statuses.contains(answer.status), "\(answer.status)")
        #expect(answer.reason != nil)
        #expect(text[end.upperBound...].firstRange(of: "HTTP/1.1 ") == nil, "a second answer")
    }

    @Test func `no hidden request ever reaches the upstream`() throws {
        for attack in Self.bodies {
            let wire = try fixture.gateway.wire()
            wire.send(attack.bytes.replacing("key=hidden", with: "key=smuggled"))
            _ = try wire.readToEnd()
        }
        #expect(try fixture.upstream.requests(key: "smuggled") == 0)
    }

    @Test func `an upstream's bad framing is a 502 and never reaches the client`() throws {
        let answers = [
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nX-A: one\r\n two\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
            "HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n",
            "nonsense\r\n\r\n",
        ]
        for bytes in answers {
            let raw = Data(bytes.utf8).base64EncodedString().addingPercentEncoding(
                withAllowedCharacters: .alphanumerics)!
            let answer = try fixture.gateway.curl("/open/a?raw=\(raw)", "--request", "POST")
            #expect(answer.status == 502, "\(bytes.debugDescription)")
            #expect(answer.reason != nil)
        }
    }

    @Test func `the gateway lives on after all of it`() throws {
        #expect(try fixture.gateway.curl("/open/a").status == 200)
        #expect(fixture.gateway.process.isRunning)
    }
}
