import Foundation
import Testing

/// What a client is told when something fails: RFC 9457.
@Suite struct ErrorTests {
    let fixture: Fixture

    init() throws {
        fixture = try Fixture.shared()
    }

    var gateway: GatewayProcess { fixture.gateway }

    @Test(
        arguments: [
            ("/nowhere", 404), ("/private/a", 401), ("/brief/a?delay=3000", 504), ("/open/a?cut=before", 502),
            ("/open/a?cut=head", 502),
        ])
    func `a refusal is a problem document with one reason everywhere`(target: String, status: Int) throws {
        let id = "error-\(UUID().uuidString)"
        let answer = try gateway.curl(target, "--header", "X-Request-Id: \(id)")
        #expect(answer.status == status)
        #expect(answer["Content-Type"]?.hasPrefix("application/problem+json") == true)
        let reason = try #require(answer.reason)
        let problem = answer.json
        #expect(problem["status"].int == status)
        #expect(problem["requestId"].string == id)
        #expect(problem["type"].string?.contains(reason) == true)
        for key in ["title", "detail", "instance"] { #expect(problem[key].string?.isEmpty == false, "\(key)") }
        let line = try #require(gateway.accessLogLine(requestID: id))
        #expect(line["status"].int == status)
        #expect(line["reason"].string == reason)
    }

    @Test func `an upstream's own error passes as it is`() throws {
        let answer = try gateway.curl("/open/a?status=500")
        #expect(answer.status == 500)
        #expect(answer.reason == nil)
        #expect(answer.json["upstream"].string == "up")
    }

    @Test func `an answer that breaks off breaks off for the client too`() throws {
        let wire = try gateway.wire()
        wire.send("GET /open/a?cut=body HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let text = String(decoding: try wire.readToEnd(), as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 200"))
        #expect(text.utf8.count < 100_000)
    }

    @Test func `nothing of the inside shows`() throws {
        for target in ["/open/a?cut=before", "/brief/a?delay=3000"] {
            let answer = try gateway.curl(target)
            #expect(!answer.text.contains("\(fixture.upstream.port)"))
            #expect(!answer.text.contains("127.0.0.1"))
            #expect(!answer.text.contains(".swift"))
        }
    }

    @Test func `a client that goes away is 499 in the log, and nobody's failure`() throws {
        let id = "gone-\(UUID().uuidString)"
        do {
            let wire = try gateway.wire()
            wire.send(
                "GET /open/a?delay=1500&key=\(id) HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: \(id)\r\n\r\n")
            #expect(try becomesTrue { try fixture.upstream.requests(key: id) == 1 })
        }
        #expect(gateway.accessLogLine(requestID: id)?["status"].int == 499)
    }
}
