import Bytes
import HTTP
import Testing

@Suite struct H2HeadReaderTests {
    static let start = RequestAttackTests.start

    @Test(
        arguments: [
            ([":method: GET", ":scheme: https", ":authority: a", ":path: /"], "http2 GET a / "),
            (
                [":path: /x?y=1", ":authority: a:8443", ":scheme: HTTPS", ":method: DELETE"],
                "http2 DELETE a:8443 /x?y=1 "
            ),
            ([":method: GET", ":scheme: http", ":path: /a//./b/%7E?", "host: b"], "http2 GET b /a/b/~? "),
            ([":method: OPTIONS", ":scheme: https", ":authority: a", ":path: *"], "http2 OPTIONS a * "),
            ([":method: PURGE", ":scheme: https", ":authority: a", ":path: /x"], "http2 PURGE a /x "),
            ([":method: CONNECT", ":authority: a:443"], "http2 CONNECT a:443  "),
            (start + ["host: SHOP.test", "x-a: 1", "x-a: 2"], "http2 POST shop.test /cart x-a: 1|x-a: 2"),
            (
                start + ["te: trailers", "x-empty: ", "x-tab: a\tb"],
                "http2 POST shop.test /cart te: trailers|x-empty: |x-tab: a\tb"
            ),
            (start + ["content-length: 5"], "http2 POST shop.test /cart content-length: 5"),
            (start + ["x-utf8: \u{e9}"], "http2 POST shop.test /cart x-utf8: \u{e9}"),
        ] as [([String], String)])
    func `a request is read`(fields: [String], expected: String) {
        #expect(readRequest(block(fields)) == .head(expected))
    }

    @Test func `an extended CONNECT says its protocol`() throws {
        var reader = H2HeadReader(limits: HeadLimits(), tableSize: 4096)
        var head = RequestHead()
        let fields = [":method: CONNECT", ":protocol: websocket", ":scheme: https", ":path: /chat?x", ":authority: a"]
        try reader.readRequest(block(fields).span, into: &head)
        #expect(describe(head) == "http2 CONNECT a /chat?x ")
        let wanted = head.extendedProtocol?.array
        #expect(wanted == "websocket".bytes)
        try reader.readRequest(block(Self.start).span, into: &head)
        let isOrdinary = head.extendedProtocol == nil
        #expect(isOrdinary)
    }

    @Test(arguments: [("https", .https), ("http", .http), ("HTTP", .http)] as [(String, Scheme)])
    func `the scheme is kept`(text: String, scheme: Scheme) throws {
        var reader = H2HeadReader(limits: HeadLimits(), tableSize: 4096)
        var head = RequestHead()
        try reader.readRequest(
            block([":method: GET", ":scheme: \(text)", ":path: /", ":authority: a"]).span, into: &head)
        let kept = head.scheme
        #expect(kept == scheme)
    }

    @Test(arguments: [
        (["cookie: a=1", "cookie: b=2", "cookie: c=3"], "cookie: a=1; b=2; c=3"),
        (["cookie: a=1", "x: y", "cookie: b=2", "cookie: c=3"], "x: y|cookie: a=1; b=2; c=3"),
        (["cookie: a=1", "x: y"], "cookie: a=1|x: y"),
        (["cookie: a=1", "cookie: ", "x: y"], "cookie: a=1|x: y"),
        (["cookie: ", "cookie: a=1"], "cookie: a=1"), (["cookie: ", "cookie: "], "cookie: "),
        (["cookie: a=1", "x: y", "cookie: ", "z: w", "cookie: b=2"], "x: y|z: w|cookie: a=1; b=2"),
        (["cookie: ", "x: y", "cookie: a=1", "z: w", "cookie: "], "x: y|z: w|cookie: a=1"),
        (["x: y", "cookie: a=1", "z: w", "cookie: b=2", "v: u"], "x: y|z: w|v: u|cookie: a=1; b=2"),
    ])
    func `cookies become one field`(fields: [String], expected: String) {
        #expect(readRequest(block(Self.start + fields)) == .head("http2 POST shop.test /cart " + expected))
    }

    @Test func `known fields are known, from literals and from both tables`() throws {
        var reader = H2HeadReader(limits: HeadLimits(), tableSize: 4096)
        var head = RequestHead()
        let start: [UInt8] = [0x82, 0x87, 0x84, 0x41, 1, 0x61]
        let etag: [UInt8] = [0x40, 4] + "etag".bytes + [1, 0x78]
        try reader.readRequest((start + etag + [0x90]).span, into: &head)
        var known = [head.fields.known(at: 0), head.fields.known(at: 1)]
        #expect(known == [.etag, .acceptEncoding])
        try reader.readRequest(([0x82, 0x87, 0x84, 0xBF, 0xBE]).span, into: &head)
        known = [head.fields.known(at: 0)]
        #expect(known == [.etag])
        #expect(describe(head) == "http2 GET a / etag: x")
    }

    @Test func `a malformed entry of the table is malformed each time, and its name is not`() throws {
        var reader = H2HeadReader(limits: HeadLimits(), tableSize: 4096)
        var head = RequestHead()
        let start: [UInt8] = [0x82, 0x87, 0x84, 0x41, 1, 0x61]
        let bad: [UInt8] = [0x40, 1, 0x78, 1, 0x0A]
        #expect(throws: H2HeadError.malformed(.badFieldValue)) {
            try reader.readRequest((start + bad).span, into: &head)
        }
        #expect(throws: H2HeadError.malformed(.badFieldValue)) {
            try reader.readRequest((start + [0xBF]).span, into: &head)
        }
        try reader.readRequest((start + [0x7F, 0x01, 1, 0x79]).span, into: &head)
        #expect(describe(head) == "http2 GET a / x: y")
    }

    @Test func `after a malformed request the table is in step`() throws {
        var reader = H2HeadReader(limits: HeadLimits(), tableSize: 4096)
        var head = RequestHead()
        let field: [UInt8] = [0x40, 1, 0x78, 1, 0x79]
        #expect(throws: H2HeadError.malformed(.connectionField)) {
            try reader.readRequest((block(["connection: close"]) + field).span, into: &head)
        }
        try reader.skip([0x40, 1, 0x7A, 1, 0x31].span)
        try reader.readRequest((block(Self.start) + [0xBE, 0xBF]).span, into: &head)
        #expect(describe(head) == "http2 POST shop.test /cart z: 1|x: y")
    }

    @Test func `a block that cannot be decoded is an error of compression`() {
        #expect(readRequest(block(Self.start) + [0x80]) == .failed(.compression(.badIndex)))
        #expect(readRequest([]) == .malformed(.missingMethod))
    }

    @Test func `an HPACK bomb is refused, keeps nothing and leaves the table in step`() throws {
        var reader = H2HeadReader(limits: HeadLimits(), tableSize: 4096)
        var head = RequestHead()
        let entry: [UInt8] = [0x40, 1, 0x78, 127, 0x81, 0x1E] + [UInt8](repeating: 0x79, count: 4_000 - 32)
        let bomb = block(Self.start) + entry + [UInt8](repeating: 0xBE, count: 100_000)
        #expect(throws: H2HeadError.refused(.fieldsTooLarge)) { try reader.readRequest(bomb.span, into: &head) }
        let kept = head.fields.count
        #expect(kept == 32 * 1024 / 3973)
        try reader.readRequest((block(Self.start) + [0xBE]).span, into: &head)
        let value = head.fields.value(at: 0).count
        #expect(value == 3968)
    }

    @Test(arguments: [(10, nil), (11, .tooManyFields)] as [(Int, H1Error?)])
    func `fields are counted`(count: Int, error: H1Error?) {
        var limits = HeadLimits()
        limits.fieldCount = 10
        let result = readRequest(block(Self.start + (0..<count).map { "x-\($0): y" }), limits: limits)
        if let error { #expect(result == .refused(error)) } else { #expect("\(result)".hasSuffix("x-9: y")) }
    }

    @Test func `a target beyond the limit is refused`() {
        var limits = HeadLimits()
        limits.startLineBytes = 20
        let start = Self.start.dropLast()
        #expect(
            readRequest(block(start + [":path: /" + String(repeating: "a", count: 19)]), limits: limits)
                != .refused(.targetTooLong))
        #expect(
            readRequest(block(start + [":path: /" + String(repeating: "a", count: 20)]), limits: limits)
                == .refused(.targetTooLong))
    }

    @Test(
        arguments: [
            ([":status: 200", "server: x"], .head("http2 200  server: x")),
            ([":status: 103", "link: x"], .head("http2 103  link: x")),
            ([":status: 999"], .head("http2 999  ")),
            ([":status: 200", "set-cookie: a", "set-cookie: b"], .head("http2 200  set-cookie: a|set-cookie: b")),
            (["server: x"], .malformed(.missingStatus)),
            (["server: x", ":status: 200"], .malformed(.latePseudoField)),
            ([":status: 200", ":status: 200"], .malformed(.repeatedPseudoField)),
            ([":status: 101"], .malformed(.switchingProtocols)),
            ([":status: 099"], .malformed(.badStatus)),
            ([":status: 20"], .malformed(.badStatus)),
            ([":status: 2000"], .malformed(.badStatus)),
            ([":status: +20"], .malformed(.badStatus)),
            ([":status: 200 OK"], .malformed(.badStatus)),
            ([":status: "], .malformed(.badStatus)),
            ([":status: 200", ":path: /"], .malformed(.misplacedPseudoField)),
            ([":status: 200", "connection: close"], .malformed(.connectionField)),
            ([":status: 200", "transfer-encoding: chunked"], .malformed(.connectionField)),
            ([":status: 200", "te: trailers"], .malformed(.badTE)),
            ([":status: 200", "content-length: 1", "content-length: 2"], .malformed(.repeatedContentLength)),
            ([":status: 200", "X: y"], .malformed(.badFieldName)),
            ([":status: 200", "x: y\r\nset-cookie: a"], .malformed(.badFieldValue)),
        ] as [([String], Received)])
    func `a response is read, or malformed`(fields: [String], expected: Received) {
        #expect(readResponse(block(fields)) == expected)
    }

    @Test(
        arguments: [
            (["grpc-status: 0", "grpc-message: "], .head("grpc-status: 0|grpc-message: ")),
            ([], .head("")),
            ([":status: 200"], .malformed(.pseudoFieldInTrailers)),
            (["grpc-status: 0", ":path: /"], .malformed(.pseudoFieldInTrailers)),
            (["transfer-encoding: chunked"], .malformed(.connectionField)),
            (["te: trailers"], .malformed(.badTE)),
            (
                ["host: b", "content-length: 9", "authorization: c", "x-forwarded-for: d", "cookie: e", "etag: f"],
                .head("etag: f")
            ),
            (["x: a\nb"], .malformed(.badFieldValue)),
        ] as [([String], Received)])
    func `trailers are read, or malformed`(fields: [String], expected: Received) {
        #expect(readTrailers(block(fields)) == expected)
    }

    @Test func `what was read is written over HTTP1 as one run`() throws {
        var reader = H2HeadReader(limits: HeadLimits(), tableSize: 4096)
        var head = RequestHead()
        try reader.readRequest(block(Self.start + ["x-a: 1", "cookie: a", "cookie: b", "x-b: "]).span, into: &head)
        var buffer = ByteBuffer()
        H1Writer.fields(head.fields, to: &buffer)
        #expect(buffer.readable.text == "x-a: 1\r\ncookie: a; b\r\nx-b: \r\n")
    }
}
