import Bytes
import HTTP
import Testing

/// What would make another request of one that is passed on over HTTP/1, and what RFC 9113 section 8 forbids.
@Suite struct RequestAttackTests {
    static let start = [":method: POST", ":scheme: https", ":authority: shop.test", ":path: /cart"]

    @Test(arguments: [
        "transfer-encoding: chunked", "connection: x-user", "connection: close", "keep-alive: timeout=5",
        "proxy-connection: keep-alive", "upgrade: h2c",
    ])
    func `H2-TE, fields of an HTTP1 connection change no framing`(field: String) {
        #expect(readRequest(block(Self.start + [field])) == .malformed(.connectionField))
    }

    @Test(
        arguments: [
            ("content-length: 0|content-length: 44", .repeatedContentLength),
            ("content-length: 5|content-length: 5", .repeatedContentLength),
            ("content-length: +5", .badContentLength),
            ("content-length: 5, 5", .badContentLength),
            ("content-length: 0x5", .badContentLength),
            ("content-length: ", .badContentLength),
            ("content-length: 9999999999999999999", .badContentLength),
        ] as [(String, H2Malformed)])
    func `H2-CL, there is one length and it is a number`(fields: String, flaw: H2Malformed) {
        let fields = fields.split(separator: "|").map { String($0) }
        #expect(readRequest(block(Self.start + fields)) == .malformed(flaw))
    }

    @Test(arguments: [
        "foo: bar\r\ntransfer-encoding: chunked", "foo: bar\nx: y", "foo: bar\rx", "foo: a\0b", "foo: \u{7f}",
        "foo: a\u{1}", "foo:  bar", "foo: bar ", "foo: \tbar", "foo: bar\t", "foo:  ",
    ])
    func `request splitting by a field value fails`(field: String) {
        #expect(readRequest(block(Self.start + [field])) == .malformed(.badFieldValue))
    }

    @Test(arguments: [
        "a:b\r\n\r\nget / http/1.1\r\nfoo: x", "foo\r\n: x", "foo\n: x", "foo\0: x", "Foo: x", "fOO: x", "foo : x",
        " foo: x", "foo:bar: x", "f\u{e9}: x", "(foo): x", "f\"oo: x", "foo\u{7f}: x", "Transfer-Encoding: chunked",
    ])
    func `request splitting by a field name fails`(field: String) {
        #expect(readRequest(block(Self.start + [field])) == .malformed(.badFieldName))
    }

    @Test func `a field without a name is malformed`() {
        #expect(readRequest(block(Self.start) + [0, 0, 1, 0x61]) == .malformed(.badFieldName))
    }

    @Test(
        arguments: [
            (":method: GET / HTTP/1.1\r\nhost: x", .badFieldValue),
            (":method: GET /admin HTTP/1.1", .badMethod),
            (":method: ", .badMethod),
            (":method: G\u{e9}T", .badMethod),
            (":scheme: https://evil.test/?", .badScheme),
            (":scheme: ftp", .badScheme),
            (":scheme: ", .badScheme),
            (":path: /x HTTP/1.1\r\nhost: y", .badFieldValue),
            (":path: ", .missingPath),
            (":path: cart", .badPath),
            (":path: http://evil.test/", .badPath),
            (":path: @evil.test/", .badPath),
            (":path: ?x", .badPath),
            (":path: *", .badPath),
            (":path: **", .badPath),
            (":authority: ", .missingAuthority),
            (":authority: user@shop.test", .badAuthority),
            (":authority: user:secret@shop.test", .badAuthority),
            (":authority: shop.test/admin", .badAuthority),
            (":authority: shop.test, evil.test", .badAuthority),
            (":authority: shop.test:port", .badAuthority),
            (":authority: shop.test:99999", .badAuthority),
            (":authority: [::1", .badAuthority),
            (":authority: shop.test\r\nx: y", .badFieldValue),
        ] as [(String, H2Malformed)])
    func `a request line is not made of pseudo-fields`(field: String, flaw: H2Malformed) {
        let name = field.prefix { $0 != " " }
        let fields = Self.start.map { $0.hasPrefix(name) ? field : $0 }
        #expect(readRequest(block(fields)) == .malformed(flaw))
    }

    @Test(
        arguments: [
            (":path: /a b", .badTarget), (":path: /a#b", .badTarget), (":path: /\u{e9}", .badTarget),
            (":path: /a?b c", .badTarget), (":path: /%00", .encodedNull), (":path: /a%2fb", .encodedSlash),
            (":path: /a%5cb", .encodedSlash), (":path: /a\\b", .backslash), (":path: /%zz", .badPathEncoding),
        ] as [(String, H1Error)])
    func `a path that HTTP1 refuses is refused with the same status`(field: String, error: H1Error) {
        #expect(readRequest(block(Self.start.dropLast() + [field])) == .refused(error))
    }

    @Test func `encoded slashes pass where they are allowed, and are told of`() throws {
        var limits = HeadLimits()
        limits.allowsEncodedSlashes = true
        var reader = H2HeadReader(limits: limits, tableSize: 4096)
        var head = RequestHead()
        try reader.readRequest(block(Self.start.dropLast() + [":path: /a%2fb"]).span, into: &head)
        let isTold = head.hasEncodedSlash
        #expect(isTold)
        #expect(head.path.text == "/a%2Fb")
    }

    @Test(
        arguments: [
            ("host: evil.test", .hostMismatch), ("host: shop.test:8443", .hostMismatch), ("host: ", .badAuthority),
            ("host: shop.test|host: shop.test", .repeatedHost), ("host: a@shop.test", .badAuthority),
            ("host: shop.test, evil.test", .badAuthority),
        ] as [(String, H2Malformed)])
    func `Host does not contradict the authority`(fields: String, flaw: H2Malformed) {
        let fields = fields.split(separator: "|").map { String($0) }
        #expect(readRequest(block(Self.start + fields)) == .malformed(flaw))
        #expect(flaw == .hostMismatch || readRequest(block(Self.withoutAuthority + fields)) == .malformed(flaw))
    }

    static let withoutAuthority = start.filter { !$0.hasPrefix(":authority") }

    @Test func `a request that is for nobody is malformed`() {
        #expect(readRequest(block(Self.withoutAuthority)) == .malformed(.missingAuthority))
    }

    @Test(
        arguments: [
            (":method", .missingMethod), (":scheme", .missingScheme), (":path", .missingPath),
        ] as [(String, H2Malformed)])
    func `a pseudo-field that is missing is not made up`(name: String, flaw: H2Malformed) {
        #expect(readRequest(block(Self.start.filter { !$0.hasPrefix(name) })) == .malformed(flaw))
    }

    @Test(arguments: start)
    func `a pseudo-field that comes twice is malformed, even with the same value`(field: String) {
        #expect(readRequest(block(Self.start + [field])) == .malformed(.repeatedPseudoField))
    }

    @Test(arguments: start)
    func `a pseudo-field behind a field is malformed`(field: String) {
        let fields = Self.start.filter { $0 != field } + ["accept: */*", field]
        #expect(readRequest(block(fields)) == .malformed(.latePseudoField))
    }

    @Test(
        arguments: [
            (":status: 200", .misplacedPseudoField), (":host: shop.test", .unknownPseudoField),
            (":Path: /", .unknownPseudoField), (":: x", .unknownPseudoField),
            (":protocol: websocket", .protocolWithoutConnect),
            (":protocol: ", .badProtocol), (":protocol: web socket", .badProtocol),
        ] as [(String, H2Malformed)])
    func `pseudo-fields of others are malformed`(field: String, flaw: H2Malformed) {
        #expect(readRequest(block(Self.start + [field])) == .malformed(flaw))
    }

    @Test(arguments: ["gzip", "trailers, deflate", "trailers;q=1", ""])
    func `te is trailers or malformed`(value: String) {
        #expect(readRequest(block(Self.start + ["te: \(value)"])) == .malformed(.badTE))
    }

    @Test(
        arguments: [
            (":method: CONNECT|:authority: shop.test:443|:path: /|:scheme: https", .badConnect),
            (":method: CONNECT|:authority: shop.test:443|:scheme: https", .badConnect),
            (":method: CONNECT|:authority: shop.test:443|:path: /", .badConnect),
            (":method: CONNECT|:authority: shop.test", .badConnect),
            (":method: CONNECT", .missingAuthority),
            (":method: CONNECT|:protocol: websocket|:authority: shop.test|:path: /", .missingScheme),
            (":method: CONNECT|:protocol: websocket|:authority: shop.test|:scheme: https", .missingPath),
            (":method: CONNECT|:protocol: websocket|:scheme: https|:path: /", .missingAuthority),
            (":method: CONNECT|:protocol: websocket|:scheme: https|:path: *|:authority: shop.test", .badPath),
        ] as [(String, H2Malformed)])
    func `CONNECT has what its kind needs and nothing else`(fields: String, flaw: H2Malformed) {
        let fields = fields.split(separator: "|").map { String($0) }
        #expect(readRequest(block(fields)) == .malformed(flaw))
    }
}
