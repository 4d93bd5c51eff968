import Foundation
import Testing

/// HTTP/1.1 between a client and the gateway: RFC 9112, section 9.
@Suite struct ConnectionTests {
    let fixture: Fixture

    init() throws {
        fixture = try Fixture.shared()
    }

    var gateway: GatewayProcess { fixture.gateway }

    @Test func `a connection is kept for further requests`() throws {
        let wire = try gateway.wire()
        for number in 0..<5 {
            let answer = try wire.exchange("GET /open/\(number) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(answer.status == 200)
            #expect(answer.json["line"].string == "GET /open/\(number) HTTP/1.1")
        }
    }

    @Test func `pipelined requests are answered in order, whatever each takes`() throws {
        let wire = try gateway.wire()
        let delays = [300, 0, 100, 0]
        wire.send(
            delays.enumerated().map { "GET /open/\($0)?delay=\($1) HTTP/1.1\r\nHost: localhost\r\n\r\n" }.joined())
        for number in delays.indices {
            let line = try wire.readAnswer().json["line"].string ?? ""
            #expect(line.hasPrefix("GET /open/\(number)?"))
        }
    }

    @Test func `a request is understood when it comes byte by byte`() throws {
        let wire = try gateway.wire()
        let request =
            "POST /open/slow HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        for byte in request.utf8 { wire.send(Data([byte])) }
        let answer = try wire.readAnswer()
        #expect(answer.status == 200)
        #expect(answer.json["body"].string == "hello")
    }

    @Test func `Connection close is honoured and announced`() throws {
        let wire = try gateway.wire()
        let answer = try wire.exchange("GET /open/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        #expect(answer.status == 200)
        #expect(answer["Connection"]?.lowercased() == "close")
        #expect(wire.closes())
    }

    @Test func `an HTTP 1 0 client gets an answer it understands, and the end of the connection`() throws {
        let wire = try gateway.wire()
        wire.send("GET /open/a?chunks=3 HTTP/1.0\r\nHost: localhost\r\n\r\n")
        let text = String(decoding: try wire.readToEnd(), as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1."))
        #expect(!text.lowercased().contains("transfer-encoding"))
        #expect(text.hasSuffix("\r\n\r\nchunk 0\nchunk 1\nchunk 2\n"))
    }

    @Test(arguments: ["bytes=5000", "chunks=3", "status=200"])
    func `HEAD has the fields of GET and no body, and the connection goes on`(query: String) throws {
        let wire = try gateway.wire()
        let head = try wire.exchange("HEAD /open/a?\(query) HTTP/1.1\r\nHost: localhost\r\n\r\n", toHead: true)
        #expect(head.status == 200)
        let next = try wire.exchange("GET /open/next HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(next.json["line"].string == "GET /open/next HTTP/1.1")
    }

    @Test func `an error answer to HEAD has no body`() throws {
        let wire = try gateway.wire()
        let head = try wire.exchange("HEAD /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n", toHead: true)
        #expect(head.status == 404)
        #expect(try wire.exchange("GET /open/next HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200)
    }

    @Test(arguments: [204, 304])
    func `answers that have no body by their status end with their head`(status: Int) throws {
        let wire = try gateway.wire()
        #expect(try wire.exchange("GET /open/a?status=\(status) HTTP/1.1\r\nHost: localhost\r\n\r\n").status == status)
        #expect(try wire.exchange("GET /open/next HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200)
    }

    @Test func `an upstream's body that ends with its connection reaches the client whole`() throws {
        let answer = try gateway.curl("/open/a?close=1")
        #expect(answer.text == "until the end")
    }

    @Test func `one empty line before a request is forgiven, RFC 9112 2 2`() throws {
        let wire = try gateway.wire()
        #expect(try wire.exchange("\r\nGET /open/a HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200)
    }

    @Test func `an absolute request target is understood, RFC 9112 3 2 2`() throws {
        let wire = try gateway.wire()
        let answer = try wire.exchange("GET https://localhost/open/a?b=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(answer.status == 200)
        #expect(answer.json["line"].string == "GET /open/a?b=1 HTTP/1.1")
    }

    @Test func `OPTIONS with an asterisk is answered, RFC 9110 9 3 7`() throws {
        let answer = try gateway.wire().exchange("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(answer.status < 500)
    }

    @Test func `CONNECT is refused: this is no tunnel`() throws {
        let wire = try gateway.wire()
        wire.send("CONNECT localhost:22 HTTP/1.1\r\nHost: localhost:22\r\n\r\n")
        #expect((400..<600).contains(try wire.readAnswer().status))
    }

    @Test func `Upgrade without agreement stays HTTP, and what follows is no request`() throws {
        let wire = try gateway.wire()
        let answer = try wire.exchange(
            "GET /open/a HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n"
        )
        #expect(answer.status == 200)
        #expect(answer.values(of: "connection") == ["close"])
        wire.send("GET /open/next HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try wire.readToEnd().isEmpty)
    }

    @Test func `upstream connections are kept and used again`() throws {
        let wire = try gateway.wire()
        let numbers = try (0..<5).map { _ in
            try wire.exchange("GET /open/a HTTP/1.1\r\nHost: localhost\r\n\r\n").json["connection"].int
        }
        #expect(Set(numbers).count <= 2)
    }
}
