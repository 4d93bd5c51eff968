import Bytes
import HTTP
import Testing

@Suite struct H1WriterTests {
    @Test(arguments: RequestParserTests.good)
    func `a request that is written parses to the same head`(text: String, expected: String) throws {
        let head = try requestHead(text)
        var buffer = ByteBuffer()
        H1Writer.request(head, to: &buffer)
        let again = parseRequest(buffer.readable.array)
        let written = expected.replacing("http10 GET  /", with: "http11 GET  /")
        if expected.hasPrefix("http10") {
            #expect(again == .refused(.badHost))
        } else {
            #expect(again == .head(written, consumed: buffer.count))
        }
    }

    @Test func `edited fields are written in order, around the gaps`() throws {
        var head = try requestHead(
            "GET /a//b?c HTTP/1.1\r\nA: 1\r\nHost: h\r\nB:2\r\nC: 3\r\nD: 4\r\nConnection: c\r\nE:  5\r\n\r\n")
        try head.fields.removeHopByHop()
        head.fields.append(.via, value: "1.1 gateway")
        head.fields.append(name: "F".bytes.span, value: "6".bytes.span)
        var buffer = ByteBuffer()
        H1Writer.request(head, to: &buffer)
        #expect(
            buffer.readable.text
                == "GET /a/b?c HTTP/1.1\r\nhost: h\r\nA: 1\r\nB: 2\r\nD: 4\r\nE: 5\r\nVia: 1.1 gateway\r\nF: 6\r\n\r\n")
    }

    @Test(arguments: [(200, "OK"), (299, ""), (404, "Not Found"), (999, "")])
    func `a response is written with the reason of its status`(status: Int, reason: String) throws {
        var head = ResponseHead()
        head.status = status
        head.setReason("Evil\r\nX: y".bytes.span)
        head.fields.append(.server, value: "gateway")
        var buffer = ByteBuffer()
        H1Writer.response(head, to: &buffer)
        #expect(
            parseResponse(buffer.readable.array)
                == .head("http11 \(status) \(reason) Server: gateway", consumed: buffer.count))
    }

    @Test func `chunks that are written are chunks that are read`() throws {
        var buffer = ByteBuffer()
        H1Writer.chunkHead(count: 26, to: &buffer)
        buffer.append("abcdefghijklmnopqrstuvwxyz")
        H1Writer.chunkEnd(to: &buffer)
        var trailers = FieldBlock()
        trailers.append(.etag, value: "x")
        H1Writer.lastChunk(trailers: trailers, to: &buffer)
        #expect(buffer.readable.text == "1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nETag: x\r\n\r\n")
    }

    @Test func `a rewritten target cannot end the request line`() throws {
        var head = try requestHead("GET /api/x HTTP/1.1\r\nHost: a\r\n\r\n")
        head.setPath("/a b\r\n\u{e9}".bytes.span)
        head.setQuery("\0=\n".bytes.span)
        var buffer = ByteBuffer()
        H1Writer.startRequest(head, to: &buffer)
        #expect(buffer.readable.text == "GET /a%20b%0d%0a%c3%a9?%00=%0a HTTP/1.1\r\nhost: a\r\n")
    }

    @Test(arguments: [("/api/x", 4, "/x"), ("/api", 4, "/"), ("/api/x", 5, "/x"), ("/x", 9, "/"), ("/x", 0, "/x")])
    func `a prefix is dropped from the path`(path: String, count: Int, expected: String) throws {
        var head = try requestHead("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        head.dropPathPrefix(count)
        #expect(head.path.text == expected)
    }
}
