import Foundation
import Testing

/// Everything that a client may send has a bound.
@Suite struct LimitTests {
    let fixture: Fixture

    init() throws {
        fixture = try Fixture.shared()
    }

    var gateway: GatewayProcess { fixture.gateway }

    private func firstAnswer(to request: String) throws -> Answer {
        let wire = try gateway.wire()
        // The answer may come, and the connection end, before everything was sent.
        wire.send(request)
        return try wire.readAnswer()
    }

    @Test func `a request line past 8 KiB is 414`() throws {
        let path = "/open/" + String(repeating: "a", count: 9000)
        #expect(try firstAnswer(to: "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 414)
    }

    @Test func `a request line without an end is 414 before it ends`() throws {
        #expect(try firstAnswer(to: "GET /open/" + String(repeating: "a", count: 20000)).status == 414)
    }

    @Test func `header fields past 32 KiB are 431`() throws {
        let fields = (0..<40).map { "X-\($0): \(String(repeating: "v", count: 1000))\r\n" }.joined()
        #expect(try firstAnswer(to: "GET /open/a HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n").status == 431)
    }

    @Test func `more than 100 header fields are 431`() throws {
        let fields = (0..<101).map { "X-\($0): v\r\n" }.joined()
        #expect(try firstAnswer(to: "GET /open/a HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n").status == 431)
    }

    @Test func `a head within the bounds passes`() throws {
        let fields = (0..<80).map { "X-\($0): \(String(repeating: "v", count: 300))\r\n" }.joined()
        #expect(try firstAnswer(to: "GET /open/a HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n").status == 200)
    }

    @Test func `a body that announces too much is 413 before it is sent`() throws {
        #expect(
            try firstAnswer(to: "POST /small/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1025\r\n\r\n").status
                == 413)
    }

    @Test func `a body of exactly the limit passes`() throws {
        let body = String(repeating: "b", count: 1024)
        let answer = try firstAnswer(
            to: "POST /small/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1024\r\n\r\n\(body)")
        #expect(answer.status == 200)
        #expect(answer.json["length"].int == 1024)
    }

    @Test func `a chunked body that grows too long is 413`() throws {
        let chunk = "200\r\n\(String(repeating: "b", count: 512))\r\n"
        let request = "POST /small/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(try firstAnswer(to: request + chunk + chunk + chunk + "0\r\n\r\n").status == 413)
    }

    @Test func `a token past 8 KiB is refused`() throws {
        let token = try Token.good(more: ["padding": String(repeating: "p", count: 9000)])
        #expect(try gateway.curl("/private/a", token: token).status == 401)
    }

    @Test func `a head that does not come to an end is 408 and the connection ends`() throws {
        let wire = try gateway.wire()
        wire.send("GET /open/a HTTP/1.1\r\nHost: local")
        #expect(try wire.readAnswer().status == 408)
        #expect(wire.closes())
    }

    @Test func `a head that trickles is cut all the same`() throws {
        let wire = try gateway.wire()
        wire.send("GET /open/a HTTP/1.1\r\nHost: localhost\r\n")
        let wasCut = becomesTrue(within: 10) {
            usleep(100_000)
            return !wire.send("X-A: b\r\n") || wire.isAtEnd || (try? wire.readAnswer(seconds: 0.01))?.status == 408
        }
        #expect(wasCut)
    }

    @Test func `a body that stops coming is 408`() throws {
        let wire = try gateway.wire()
        wire.send("POST /open/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nsome")
        #expect(try wire.readAnswer().status == 408)
        #expect(wire.closes())
    }

    @Test func `a connection that never speaks TLS is closed`() throws {
        let wire = try Wire(port: gateway.ports.https)
        wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _ = try wire.readToEnd()
        #expect(try gateway.curl("/open/a").status == 200)
    }
}
