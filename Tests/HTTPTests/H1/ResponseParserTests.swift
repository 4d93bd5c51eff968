import Bytes
import HTTP
import Testing

@Suite struct ResponseParserTests {
    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nA: b\r\n\r\n", "http11 200 OK A: b"),
        ("HTTP/1.0 404 Not \u{e9} Found\r\n\r\n", "http10 404 Not \u{e9} Found "),
        ("HTTP/1.1 204 \r\n\r\n", "http11 204  "), ("HTTP/1.1 304\r\n\r\n", "http11 304  "),
        ("HTTP/1.1 100 Continue\r\n\r\n", "http11 100 Continue "),
        ("HTTP/1.1 999 x\ty\r\n\r\n", "http11 999 x\ty "),
    ])
    func `a good head is the same whole and byte by byte`(text: String, expected: String) {
        for step in [Int.max, 1, 3] {
            #expect(parseResponse(text.bytes, step: step) == .head(expected, consumed: text.bytes.count))
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 20 OK\r\n", H1Error.badStatusLine), ("HTTP/1.1 099 OK\r\n", .badStatusLine),
        ("HTTP/1.1  200 OK\r\n", .badStatusLine), ("HTTP/1.1 2000 OK\r\n", .badStatusLine),
        ("HTTP/2.0 200 OK\r\n", .unsupportedVersion), ("ICY 200 OK\r\n", .badVersion),
        ("\r\nHTTP/1.1 200 OK\r\n", .badVersion), ("HTTP/1.1 200 OK\n\n", .bareLineFeed),
        ("HTTP/1.1 200\n\n", .bareLineFeed), ("HTTP/1.1 200 O\rK\r\n", .bareCarriageReturn),
        ("HTTP/1.1 200 O\u{0}K\r\n", .controlCharacter), ("HTTP/1.1 200 OK\r\nA : b\r\n\r\n", .spaceBeforeColon),
        ("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", .obsoleteFold), ("HTTP/1.1 200 OK\r\nA: b\n\r\n", .bareLineFeed),
        ("HTTP/1.1 200 " + String(repeating: "x", count: 9000), .badStatusLine),
    ])
    func `a bad head is refused alike whole and byte by byte`(text: String, error: H1Error) {
        for step in [Int.max, 1, 3] {
            #expect(parseResponse(text.bytes, step: step) == .refused(error))
        }
    }

    @Test func `an informational head is followed by the final one`() throws {
        let bytes = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n".bytes
        var parser = ResponseParser()
        var head = ResponseHead()
        let first = try parser.parse(bytes.span, into: &head) ?? 0
        let isInformational = head.isInformational
        #expect(isInformational)
        _ = try parser.parse(bytes.span.extracting(first..<bytes.count), into: &head)
        #expect(describe(head) == "http11 200 OK A: b")
    }
}
