import Foundation
import Testing

/// Bodies in both directions: RFC 9112, sections 6 and 7; RFC 9110, section 10.1.1.
@Suite struct BodyTests {
    let fixture: Fixture

    init() throws {
        fixture = try Fixture.shared()
    }

    var gateway: GatewayProcess { fixture.gateway }

    @Test func `a body with a length arrives as it was sent`() throws {
        let answer = try gateway.curl("POST", "/open/a", json: #"{"name":"Lamp"}"#)
        #expect(answer.json["framing"].string == "length")
        #expect(answer.json["body"].string == #"{"name":"Lamp"}"#)
    }

    @Test func `a chunked body arrives as it was sent`() throws {
        let data = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let answer = try gateway.curl(
            "/open/a", "--request", "POST", "--header", "Transfer-Encoding: chunked", "--header",
            "Content-Type: application/octet-stream", "--data-binary", "@-", input: data)
        #expect(answer.status == 200)
        #expect(answer.json["length"].int == data.count)
    }

    @Test func `chunk extensions are read over and trailers are passed on`() throws {
        let answer = try gateway.wire().exchange(
            """
            POST /open/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r
            5;name=value\r\nhello\r\n1\r\n!\r\n0\r\nX-Sum: 6\r\n\r

            """)
        #expect(answer.status == 200)
        #expect(answer.json["body"].string == "hello!")
        #expect(answer.json["trailers"].array.contains { $0[0].string?.lowercased() == "x-sum" && $0[1].string == "6" })
    }

    @Test func `a trailer cannot stand in for a header`() throws {
        let answer = try gateway.wire().exchange(
            """
            POST /private/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r
            1\r\na\r\n0\r\nAuthorization: Bearer \(try Token.good())\r\n\r

            """)
        #expect(answer.status == 401)
    }

    @Test func `chunks reach the client as they come, trailers at the end`() throws {
        let wire = try gateway.wire()
        wire.send(
            "GET /open/a?chunks=3&interval=400&trailer=x-sum:3 HTTP/1.1\r\nHost: localhost\r\nTE: trailers\r\n\r\n")
        let start = ContinuousClock.now
        _ = try wire.read(through: "chunk 0\n")
        #expect(ContinuousClock.now - start < .milliseconds(700), "the first chunk waited for the others")
        _ = try wire.read(through: "chunk 2\n")
        let end = try wire.read(through: "\r\n\r\n")
        #expect(end.lowercased().contains("x-sum: 3"))
    }

    @Test func `100 Continue comes before the body is sent`() throws {
        let wire = try gateway.wire()
        wire.send("POST /open/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        #expect(try wire.readAnswer().status == 100)
        wire.send("hello")
        let answer = try wire.readAnswer()
        #expect(answer.status == 200)
        #expect(answer.json["body"].string == "hello")
    }

    @Test func `a refusal comes instead of 100 Continue`() throws {
        let wire = try gateway.wire()
        wire.send("POST /private/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        #expect(try wire.readAnswer().status == 401)
    }

    @Test func `an expectation that nobody knows is refused with 417`() throws {
        let answer = try gateway.wire().exchange(
            "POST /open/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nExpect: miracles\r\n\r\n")
        #expect(answer.status == 417)
    }

    @Test func `an early answer reaches the client while it still sends`() throws {
        let wire = try gateway.wire()
        wire.send("POST /open/a?early=1&status=403 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nsome")
        #expect(try wire.readAnswer().status == 403)
    }

    @Test func `a body that nobody read is not taken for the next request`() throws {
        let wire = try gateway.wire()
        let smuggled = "GET /open/smuggled?key=undrained HTTP/1.1\r\nHost: localhost\r\n\r\n"
        wire.send(
            "POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(smuggled.utf8.count)\r\n\r\n\(smuggled)")
        #expect(try wire.readAnswer().status == 404)
        // Whether the connection goes on or not is the gateway's choice.
        wire.send("GET /open/next HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        #expect(!String(decoding: try wire.readToEnd(), as: UTF8.self).contains("undrained"))
        #expect(try fixture.upstream.requests(key: "undrained") == 0)
    }

    @Test func `interim answers of the upstream do not disturb the final one`() throws {
        let wire = try gateway.wire()
        var answer = try wire.exchange("GET /open/a?informational=103 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        if answer.status == 103 { answer = try wire.readAnswer() }
        #expect(answer.status == 200)
    }

    @Test func `large bodies pass in both directions, in bounded memory`() throws {
        let megabytes = 64
        let before = gateway.residentKiB
        let download = try gateway.curl("/open/a?bytes=\(megabytes << 20)")
        #expect(download.body.count == megabytes << 20)
        let upload = try gateway.curl(
            "/encoded/a", "--request", "POST", "--header", "Transfer-Encoding: chunked", "--data-binary", "@-",
            input: Data(count: 9 << 20))
        #expect(upload.json["length"].int == 9 << 20)
        #expect(gateway.residentKiB - before < 16 << 10)
    }

    @Test func `an upload far beyond any buffer moves in constant memory, as fast as the upstream takes it`() throws {
        let folder = try TemporaryFolder()
        // A file of holes: it takes no room.
        let file = try folder.write("", to: "large")
        #expect(truncate(file.path, 300 << 20) == 0)
        let before = gateway.residentKiB
        let upload = Background { [gateway] in
            try gateway.curl("/large/a", "--max-time", "110", "--upload-file", file.path)
        }
        var most = 0
        _ = eventually(within: 110) {
            most = max(most, gateway.residentKiB)
            return upload.isDone ? true : nil
        }
        #expect(try upload.value().json["length"].int == 300 << 20)
        #expect(most - before < 16 << 10)
    }
}
