import Bytes
import HTTP
import Testing

@Suite struct RequestParserTests {
    static let good: [(String, String)] = [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "http11 GET a / "),
        ("GET / HTTP/1.0\r\n\r\n", "http10 GET  / "),
        ("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "http11 GET a / "),
        ("GET / HTTP/1.2\r\nHost: a\r\n\r\n", "http11 GET a / "),
        (
            "POST /a/b?c=d&e=%20 HTTP/1.1\r\nAccept:*/*\r\nHost: shop.test:8443 \r\nX:\t \r\nY: a\tb  c\t\r\n\r\n",
            "http11 POST shop.test:8443 /a/b?c=d&e=%20 Accept: */*|X: |Y: a\tb  c"
        ),
        ("PURGE /x? HTTP/1.1\r\nhOST: [::1]:80\r\n\r\n", "http11 PURGE [::1]:80 /x? "),
        ("GET http://a.b:80/x?y HTTP/1.1\r\nHost: A.b:80\r\n\r\n", "http11 GET a.b:80 /x?y "),
        ("GET HTTPS://a?y HTTP/1.1\r\nHost: a\r\n\r\n", "http11 GET a /?y "),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "http11 OPTIONS a * "),
        ("OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n", "http11 OPTIONS a * "),
        ("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", "http11 CONNECT a:443  "),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \u{e9}\r\n\r\n", "http11 GET a / X: \u{e9}"),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nx: 2\r\n\r\nrest", "http11 GET a / X: 1|x: 2"),
    ]

    @Test(arguments: good)
    func `a good head is the same whole and in any steps`(text: String, expected: String) {
        let length = text.bytes.count - (text.hasSuffix("rest") ? 4 : 0)
        for step in [Int.max, 1, 2, 3, 7] {
            #expect(parseRequest(text.bytes, step: step) == .head(expected, consumed: length))
        }
    }

    static let bad: [(String, H1Error)] = [
        // Request lines.
        ("GET /\r\n\r\n", .badRequestLine), ("GET  / HTTP/1.1\r\n", .badRequestLine),
        (" GET / HTTP/1.1\r\n", .badRequestLine), ("GET / HTTP/1.1 \r\n", .badRequestLine),
        ("GET /  HTTP/1.1\r\n", .badVersion), ("GET\t/ HTTP/1.1\r\n", .badRequestLine),
        ("G@T / HTTP/1.1\r\n", .badMethod), ("\u{16}\u{3}\u{1}", .badMethod),
        ("GET / http/1.1\r\n", .badVersion), ("GET / HTTP/1.\r\n", .badVersion), ("GET / HTTP/11\r\n", .badVersion),
        ("PRI * HTTP/2.0\r\n", .unsupportedVersion), ("GET / HTTP/0.9\r\n", .unsupportedVersion),
        ("GET x HTTP/1.1\r\n", .badTarget), ("GET /a#b HTTP/1.1\r\n", .badTarget),
        ("GET /?a#b HTTP/1.1\r\n", .badTarget), ("GET /\u{e9} HTTP/1.1\r\n", .badTarget),
        ("GET * HTTP/1.1\r\n", .badTarget), ("GET ftp://a/ HTTP/1.1\r\n", .badTarget),
        ("CONNECT a HTTP/1.1\r\n", .badTarget), ("CONNECT /a HTTP/1.1\r\n", .badTarget),
        ("GET http:///x HTTP/1.1\r\n", .badHost), ("GET http://u@a/x HTTP/1.1\r\n", .badHost),
        ("GET /\u{0}a HTTP/1.1\r\n", .badTarget),
        // Line ends.
        ("\nGET / HTTP/1.1\r\n", .bareLineFeed), ("GET / HTTP/1.1\nHost: a\n\n", .bareLineFeed),
        ("GET / HTTP/1.1\rHost: a", .bareCarriageReturn), ("\rGET / HTTP/1.1\r\n", .bareCarriageReturn),
        ("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", .bareLineFeed),
        ("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", .bareCarriageReturn),
        ("GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineFeed), ("GET / HTTP/1.1\r\nHost: a\r\n\rX", .bareCarriageReturn),
        // Fields.
        ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", .obsoleteFold),
        ("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", .obsoleteFold),
        ("GET / HTTP/1.1\r\nHost: a\r\n\tfolded\r\n\r\n", .obsoleteFold),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", .spaceBeforeColon),
        ("GET / HTTP/1.1\r\nTransfer-Encoding\t: chunked\r\n\r\n", .spaceBeforeColon),
        ("GET / HTTP/1.1\r\n: a\r\n\r\n", .badFieldName), ("GET / HTTP/1.1\r\nHost\r\n\r\n", .badFieldName),
        ("GET / HTTP/1.1\r\nHo(st: a\r\n\r\n", .badFieldName), ("GET / HTTP/1.1\r\nH\u{e9}: a\r\n\r\n", .badFieldName),
        ("GET / HTTP/1.1\r\nX: a\u{0}b\r\n\r\n", .controlCharacter),
        ("GET / HTTP/1.1\r\nX\u{0}: ab\r\n\r\n", .controlCharacter),
        ("GET / HTTP/1.1\r\nX: 0123456789a\u{7f}\r\n\r\n", .controlCharacter),
        // Host.
        ("GET / HTTP/1.1\r\n\r\n", .missingHost), ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .repeatedHost),
        ("GET / HTTP/1.1\r\nHost: \r\n\r\n", .badHost), ("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", .badHost), ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .badHost),
        ("GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", .hostMismatch),
        // Paths.
        ("GET /%00 HTTP/1.1\r\n", .encodedNull), ("GET /%2f HTTP/1.1\r\n", .encodedSlash),
        ("GET /%5C HTTP/1.1\r\n", .encodedSlash), ("GET /\\ HTTP/1.1\r\n", .backslash),
        ("GET /%4 HTTP/1.1\r\n", .badPathEncoding), ("GET /%zz HTTP/1.1\r\n", .badPathEncoding),
    ]

    @Test(arguments: bad)
    func `a bad head is refused alike whole and byte by byte`(text: String, error: H1Error) {
        for step in [Int.max, 1, 2, 5] {
            #expect(parseRequest(text.bytes, step: step) == .refused(error))
        }
    }

    @Test func `an unfinished head needs more, wherever it is cut`() {
        let bytes = "POST /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n".bytes
        for length in 0..<bytes.count {
            #expect(parseRequest(Array(bytes[..<length])) == .needMore)
            #expect(parseRequest(Array(bytes[..<length]), step: 1) == .needMore)
        }
    }

    @Test(arguments: [
        ("GET /" + String(repeating: "a", count: 9000), H1Error.targetTooLong),
        ("GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 33000), .fieldsTooLarge),
        ("GET / HTTP/1.1\r\n" + String(repeating: "a", count: 33000), .fieldsTooLarge),
        ("GET / HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: 101), .tooManyFields),
        (
            "GET / HTTP/1.1\r\n" + String(repeating: "X: \(String(repeating: "z", count: 995))\r\n", count: 33),
            .fieldsTooLarge
        ),
        // What comes first in the bytes is what counts, however they arrive.
        ("GET /" + String(repeating: "a", count: 8000) + "\n" + String(repeating: "a", count: 900), .bareLineFeed),
    ])
    func `limits refuse before the head is complete, alike in all steps`(text: String, error: H1Error) {
        for step in [Int.max, 1, 1000] {
            #expect(parseRequest(text.bytes, step: step) == .refused(error))
        }
    }

    @Test func `a head of exactly the limits passes`() {
        var limits = HeadLimits()
        limits.startLineBytes = 16
        limits.fieldBytes = 15
        limits.fieldCount = 2
        let bytes = "GET / HTTP/1.1\r\nHost:a\r\nX:y\r\n\r\n".bytes
        let head = Parsed.head("http11 GET a / X: y", consumed: bytes.count)
        for step in [Int.max, 1] { #expect(parseRequest(bytes, step: step, limits: limits) == head) }
        limits.fieldBytes -= 1
        for step in [Int.max, 1] {
            #expect(parseRequest(bytes, step: step, limits: limits) == .refused(.fieldsTooLarge))
        }
        limits.startLineBytes -= 1
        for step in [Int.max, 1] {
            #expect(parseRequest(bytes, step: step, limits: limits) == .refused(.targetTooLong))
        }
    }

    @Test func `pipelined heads come out one after the other`() throws {
        let bytes = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: b\r\nX: y\r\n\r\n".bytes
        var parser = RequestParser(scheme: .http)
        var head = RequestHead()
        let first = try parser.parse(bytes.span, into: &head) ?? 0
        #expect(describe(head) == "http11 GET a /1 ")
        #expect(parser.isIdle)
        let second = try parser.parse(bytes.span.extracting(first..<bytes.count), into: &head)
        #expect(describe(head) == "http11 GET b /2 X: y")
        #expect(second == bytes.count - first)
        let scheme = head.scheme
        #expect(scheme == .http)
    }

    @Test func `after a refusal the request line is still there for the log`() {
        let bytes = "GET /log HTTP/1.1\r\nX: 1\r\nBad Name: x\r\n\r\n".bytes
        var parser = RequestParser()
        var head = RequestHead()
        #expect(throws: H1Error.spaceBeforeColon) { try parser.parse(bytes.span, into: &head) }
        #expect(describe(head) == "http11 GET  /log ")
    }

    @Test func `random bytes and mutated heads never trap, and mean the same in all steps`() {
        var random = SeededGenerator(state: 1)
        let seeds = Self.good.map(\.0.bytes) + Self.bad.map(\.0.bytes)
        let alphabet = " \t\r\n:/%?.\u{0}aH1,".bytes + [0x80, 0xFF]
        for round in 0..<3000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                let byte = alphabet.randomElement(using: &random)!
                if Bool.random(using: &random) { bytes[index] = byte } else { bytes.insert(byte, at: index) }
            }
            let whole = parseRequest(bytes)
            #expect(parseRequest(bytes, step: 1) == whole, "\(bytes)")
            #expect(parseRequest(bytes, step: 3) == whole, "\(bytes)")
            _ = parseResponse(bytes)
        }
    }
}
