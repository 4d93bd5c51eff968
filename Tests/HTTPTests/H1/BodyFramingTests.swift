import Bytes
import HTTP
import Testing

@Suite struct BodyFramingTests {
    @Test(arguments: [
        ("", BodyFraming.none), ("Content-Length: 0\r\n", .none), ("Content-Length: 12\r\n", .length(12)),
        ("Content-Length: 007\r\n", .length(7)),
        ("Content-Length: 999999999999999999\r\n", .length(999_999_999_999_999_999)),
        ("Transfer-Encoding: chunked\r\n", .chunked), ("Transfer-Encoding: Chunked \r\n", .chunked),
    ])
    func `a request's framing is what its fields say`(fields: String, expected: BodyFraming) throws {
        let head = try requestHead("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        let framing = try BodyFraming(request: head)
        #expect(framing == expected)
    }

    @Test(arguments: [
        ("CL.TE", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", H1Error.lengthWithTransferEncoding),
        ("TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", .lengthWithTransferEncoding),
        ("TE.TE two fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", .badTransferEncoding),
        ("TE.TE same twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", .badTransferEncoding),
        ("TE.TE list", "Transfer-Encoding: chunked, chunked\r\n", .badTransferEncoding),
        ("TE.TE xchunked", "Transfer-Encoding: xchunked\r\n", .badTransferEncoding),
        ("TE.TE tab", "Transfer-Encoding: chunked\t,\tfoo\r\n", .badTransferEncoding),
        ("TE.TE empty element", "Transfer-Encoding: ,chunked\r\n", .badTransferEncoding),
        ("TE.TE parameter", "Transfer-Encoding: chunked;a=b\r\n", .badTransferEncoding),
        ("TE.TE quoted", "Transfer-Encoding: \"chunked\"\r\n", .badTransferEncoding),
        ("TE.0", "Transfer-Encoding: \r\n", .badTransferEncoding),
        ("TE identity", "Transfer-Encoding: identity\r\n", .badTransferEncoding),
        ("TE not last", "Transfer-Encoding: chunked, gzip\r\n", .badTransferEncoding),
        ("TE unknown", "Transfer-Encoding: gzip, chunked\r\n", .unknownTransferCoding),
        ("CL.CL", "Content-Length: 4\r\nContent-Length: 5\r\n", .repeatedContentLength),
        ("CL.CL identical", "Content-Length: 4\r\nContent-Length: 4\r\n", .repeatedContentLength),
        ("CL list", "Content-Length: 4, 4\r\n", .badContentLength),
        ("CL sign", "Content-Length: +4\r\n", .badContentLength),
        ("CL negative", "Content-Length: -1\r\n", .badContentLength),
        ("CL hex", "Content-Length: 0x4\r\n", .badContentLength),
        ("CL empty", "Content-Length: \r\n", .badContentLength),
        ("CL space", "Content-Length: 4 4\r\n", .badContentLength),
        ("CL overflow", "Content-Length: 18446744073709551617\r\n", .badContentLength),
    ])
    func `an attack on framing is refused`(attack: String, fields: String, error: H1Error) throws {
        let head = try requestHead("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        let response = try responseHead("HTTP/1.1 200 OK\r\n\(fields)\r\n")
        #expect(throws: error) { try BodyFraming(request: head) }
        #expect(throws: error) { try BodyFraming(response: response, to: .get) }
    }

    @Test func `a transfer coding in version 1-0 is refused`() throws {
        let head = try requestHead("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(throws: H1Error.transferEncodingInHTTP10) { try BodyFraming(request: head) }
        let response = try responseHead("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(throws: H1Error.transferEncodingInHTTP10) { try BodyFraming(response: response, to: .get) }
    }

    @Test(arguments: [
        (200, "", HTTP.Method.get, BodyFraming.untilClose), (200, "Content-Length: 5\r\n", .get, .length(5)),
        (200, "Content-Length: 5\r\n", .head, .none), (404, "Content-Length: 5\r\n", .head, .none),
        (200, "Transfer-Encoding: chunked\r\n", .post, .chunked), (204, "", .get, .none),
        (304, "Content-Length: 5\r\n", .get, .none), (100, "", .post, .none), (101, "", .get, .none),
        (200, "", .connect, .none), (403, "", .connect, .untilClose), (500, "Content-Length: 0\r\n", .get, .none),
    ])
    func `a response's framing depends on status and request`(
        status: Int, fields: String, method: HTTP.Method, expected: BodyFraming
    ) throws {
        let head = try responseHead("HTTP/1.1 \(status) \r\n\(fields)\r\n")
        let framing = try BodyFraming(response: head, to: method)
        #expect(framing == expected)
    }
}
