import Bytes
import HTTP
import Testing

@Suite struct H2HeadWriterTests {
    @Test func `a response is written without what is HTTP1's own`() throws {
        var head = try responseHead(
            "HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nConnection: close\r\nKeep-Alive: 5\r\n"
                + "Transfer-Encoding: chunked\r\nUpgrade: h2c\r\nProxy-Connection: x\r\nTE: gzip\r\nX-Mixed-CASE: Y\r\n\r\n"
        )
        head.fields.append(name: "x-pad".bytes.span, value: " a ".bytes.span)
        #expect(
            written(head, contentLength: 12)
                == ":status: 201|content-type: text/plain|x-mixed-case: Y|x-pad: a|content-length: 12")
    }

    @Test func `the length is that of the framing, or else of the fields`() throws {
        let head = try responseHead("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        #expect(
            written(head, contentLength: 18_446_744_073_709_551_615)
                == ":status: 200|content-length: 18446744073709551615")
        #expect(written(head, contentLength: nil) == ":status: 200|content-length: 5")
    }

    @Test(arguments: [100, 103, 200, 201, 204, 206, 302, 304, 400, 404, 418, 500, 503, 999])
    func `every status is written`(status: Int) {
        var head = ResponseHead()
        head.status = status
        #expect(written(head, contentLength: nil) == ":status: \(status)")
    }

    private func written(_ head: borrowing ResponseHead, contentLength: UInt64?) -> String {
        var writer = H2HeadWriter()
        var buffer = ByteBuffer()
        writer.writeResponse(head, contentLength: contentLength, to: &buffer)
        let bytes = buffer.readable.array
        return (try? decode([bytes]).first) ?? "not decodable"
    }

    @Test(arguments: [
        (
            "GET /x?y HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nAccept: */*\r\n\r\n", "/x?y",
            ":method: GET|:scheme: https|:path: /x?y|:authority: a|te: trailers|accept: */*"
        ),
        (
            "PATCH / HTTP/1.1\r\nHost: a\r\nCookie: b\r\n\r\n", "/",
            ":method: PATCH|:scheme: https|:path: /|:authority: a|cookie: b (sensitive)"
        ),
        ("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", "", ":method: CONNECT|:authority: a:443"),
    ])
    func `a request is written`(text: String, path: String, expected: String) throws {
        let head = try requestHead(text)
        var writer = H2HeadWriter()
        var buffer = ByteBuffer()
        writer.writeRequest(head, path: path.bytes.span, contentLength: nil, to: &buffer)
        let bytes = buffer.readable.array
        #expect(try decode([bytes]) == [expected])
    }

    @Test func `an extended CONNECT is written`() throws {
        var head = try requestHead("GET /chat HTTP/1.1\r\nHost: a\r\n\r\n")
        head.setMethod(.connect)
        head.setExtendedProtocol("websocket".bytes.span)
        var writer = H2HeadWriter()
        var buffer = ByteBuffer()
        writer.writeRequest(head, path: "/chat".bytes.span, contentLength: nil, to: &buffer)
        let bytes = buffer.readable.array
        #expect(
            try decode([bytes])
                == [":method: CONNECT|:protocol: websocket|:scheme: https|:path: /chat|:authority: a"])
    }

    @Test func `what comes again costs a byte per field`() throws {
        let head = try responseHead(
            "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nServer: x\r\nVary: Accept\r\nX-Own: 1\r\n\r\n")
        var writer = H2HeadWriter()
        var buffer = ByteBuffer()
        writer.writeResponse(head, contentLength: nil, to: &buffer)
        let first = buffer.readable.array
        buffer.removeAll()
        writer.writeResponse(head, contentLength: nil, to: &buffer)
        let second = buffer.readable.array
        #expect(second.count == 5)
        let lines = try decode([first, second])
        #expect(lines[0] == lines[1])
    }

    @Test func `secrets enter no table`() throws {
        var head = ResponseHead()
        head.fields.append(.setCookie, value: "id=1")
        head.fields.append(.authorization, value: "Bearer x")
        var reader = H2HeadReader(limits: HeadLimits(), tableSize: 4096)
        var asked = ResponseHead()
        try reader.readResponse(([0x88, 0x10] + [3] + "x-s".bytes + [1, 0x79]).span, into: &asked)
        head.fields.append(from: asked.fields, at: 0)
        var writer = H2HeadWriter()
        var buffer = ByteBuffer()
        for _ in 0..<2 {
            buffer.removeAll()
            writer.writeResponse(head, contentLength: nil, to: &buffer)
        }
        let bytes = buffer.readable.array
        #expect(
            try decode([bytes]) == [
                ":status: 200|set-cookie: id=1 (sensitive)|authorization: Bearer x (sensitive)|x-s: y (sensitive)"
            ])
    }
}
