import Bytes
import HTTP
import Testing

@Suite struct ConnectionTests {
    @Test(arguments: [
        ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
        ("HTTP/1.1", "Connection: x, CLOSE ,y\r\n", false),
        ("HTTP/1.1", "Connection: x\r\nConnection: close\r\n", false),
        ("HTTP/1.0", "", false), ("HTTP/1.0", "Connection: Keep-Alive\r\n", true),
        ("HTTP/1.0", "Connection: keep-alive, close\r\n", false),
    ])
    func `a connection persists as RFC 9112 section 9-3 says`(version: String, fields: String, expected: Bool) throws {
        let head = try requestHead("GET / \(version)\r\nHost: a\r\n\(fields)\r\n")
        let options = ConnectionOptions(head.fields)
        let version = head.version
        #expect(options.isPersistent(in: version) == expected)
    }

    @Test func `fields of one hop and those that Connection names are dropped`() throws {
        var head = try requestHead(
            """
            GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Drop, accept,,X-Forwarded-For\r\nx-drop: 1\r\n\
            Accept: b\r\nX-Forwarded-For: 1.2.3.4\r\nKeep-Alive: 5\r\nTE: trailers\r\nUpgrade: x\r\nX-Keep: 1\r\n\
            X_Under: 1\r\nX.Dot: 1\r\nProxy-Authorization: x\r\nProxy-Connection: x\r\nX-DROP: 2\r\n\
            Connection: Authorization, Content-Length\r\nAuthorization: t\r\nContent-Length: 3\r\n\r\n
            """)
        try head.fields.removeHopByHop()
        #expect(
            head.fields.texts == ["X-Forwarded-For: 1.2.3.4", "X-Keep: 1", "Authorization: t", "Content-Length: 3"])
    }

    @Test func `naming more fields than anyone needs is refused`() throws {
        let names = Array(repeating: "a", count: 65).joined(separator: ",")
        var head = try requestHead("GET / HTTP/1.1\r\nHost: a\r\nConnection: \(names)\r\n\r\n")
        #expect(throws: H1Error.tooManyConnectionOptions) { try head.fields.removeHopByHop() }
    }

    @Test(arguments: [
        ("HTTP/1.1", "", HTTP.Expectation.none), ("HTTP/1.1", "Expect: 100-Continue\r\n", .continueFirst),
        ("HTTP/1.0", "Expect: 100-continue\r\n", .none), ("HTTP/1.1", "Expect: x\r\n", .unknown),
        ("HTTP/1.1", "Expect: 100-continue\r\nExpect: x\r\n", .unknown),
    ])
    func `an expectation is known or not`(version: String, fields: String, expected: HTTP.Expectation) throws {
        let head = try requestHead("PUT / \(version)\r\nHost: a\r\n\(fields)\r\n")
        let expectation = HTTP.Expectation(head)
        #expect(expectation == expected)
    }

    @Test func `every refusal has a reason of its own`() {
        #expect(Set(H1Error.allCases.map { "\($0.reason)" }).count == H1Error.allCases.count)
        #expect(H1Error.targetTooLong.status == 414 && H1Error.tooManyFields.status == 431)
        #expect(H1Error.unsupportedVersion.status == 505 && H1Error.unknownTransferCoding.status == 501)
    }
}
