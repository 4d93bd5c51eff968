import Bytes
import HTTP

/// Reading requests from bytes.
func measureParsing(_ bench: inout Bench) throws {
    let lines = [
        "GET /products/42?expand=reviews HTTP/1.1", "Host: shop.test", "User-Agent: Mozilla/5.0 (X11; Linux x86_64)",
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Language: en-GB,en;q=0.5",
        "Accept-Encoding: gzip, deflate, br", "Authorization: Bearer " + String(repeating: "x", count: 240),
        "Connection: keep-alive", "Cookie: session=0123456789abcdef0123456789abcdef", "Cache-Control: no-cache",
        "X-Request-Id: 01JD0000000000000000000000",
    ]
    let request = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    var parser = RequestParser()
    var head = RequestHead()
    try bench.measure("parse request, 10 fields, \(request.count) bytes") {
        use(try parser.parse(request.span, into: &head))
    }

    let chunk = "1000\r\n" + String(repeating: "d", count: 4096) + "\r\n"
    let body = Array((String(repeating: chunk, count: 16) + "0\r\n\r\n").utf8)
    var trailers = FieldBlock()
    try bench.measure("decode 16 chunks, 64 KiB") {
        var decoder = ChunkedDecoder()
        var position = 0
        while position < body.count {
            switch try decoder.next(body.span.extracting(position...), trailers: &trailers) {
            case .data(let range): position += range.upperBound
            case .needMore(let consumed), .end(let consumed): position += consumed
            }
        }
    }
}
