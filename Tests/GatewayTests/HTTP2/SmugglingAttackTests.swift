import HTTP
import Reactor
import Telemetry
import Testing

@testable import Gateway

/// Requests that are one over HTTP/2 and would be another, or two, over HTTP/1.1 (H2.CL, H2.TE, request splitting).
///
/// The service speaks HTTP/1.1 and sees nothing of them. One after the other, like the floods.
@Suite(.serialized) struct SmugglingAttackTests {
    private static func with(_ name: String, _ value: String) -> [UInt8] { H2Block.request(fields: [(name, value)]) }
    private static let hidden = "x\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: h"

    static let malformed: [(String, [UInt8], H2Malformed)] = [
        ("CR LF in a value", with("x", hidden), .badFieldValue),
        ("CR in a value", with("x", "a\rb"), .badFieldValue),
        ("LF in a value", with("x", "a\nb"), .badFieldValue),
        ("NUL in a value", with("x", "a\0b"), .badFieldValue),
        ("a space in front of a value", with("x", " a"), .badFieldValue),
        ("a tab behind a value", with("x", "a\t"), .badFieldValue),
        ("CR LF in a name", with("x: y\r\n\r\nGET /smuggled HTTP/1.1\r\nz", "a"), .badFieldName),
        ("LF in a name", with("x\ny", "a"), .badFieldName),
        ("NUL in a name", with("x\0", "a"), .badFieldName),
        ("a space in a name", with("x y", "a"), .badFieldName),
        ("a space behind a name", with("transfer-encoding ", "chunked"), .badFieldName),
        ("a colon in a name", with("transfer-encoding:x", "chunked"), .badFieldName),
        ("a capital in a name", with("Transfer-Encoding", "chunked"), .badFieldName),
        ("no name", with("", "a"), .badFieldName),
        ("H2.TE", with("transfer-encoding", "chunked"), .connectionField),
        ("Connection", with("connection", "x-user-id"), .connectionField),
        ("Keep-Alive", with("keep-alive", "timeout=5"), .connectionField),
        ("Proxy-Connection", with("proxy-connection", "keep-alive"), .connectionField),
        ("Upgrade", with("upgrade", "h2c"), .connectionField),
        ("TE that is not trailers", with("te", "gzip"), .badTE),
        ("CR LF in :method", H2Block.request("GET /smuggled HTTP/1.1\r\n\r\nGET"), .badFieldValue),
        ("a space in :method", H2Block.request("GET /smuggled"), .badMethod),
        ("CR LF in :path", H2Block.request("GET", "/a HTTP/1.1\r\nx: y\r\n\r\nGET /smuggled"), .badFieldValue),
        ("NUL in :path", H2Block.request("GET", "/a\0"), .badFieldValue),
        (":path without a slash", H2Block.request("GET", "smuggled"), .badPath),
        (":path that is empty", H2Block.request("GET", ""), .missingPath),
        (":path with an asterisk", H2Block.request("GET", "*"), .badPath),
        ("user information in :authority", H2Block.request(authority: "a@h"), .badAuthority),
        ("a path in :authority", H2Block.request(authority: "h/smuggled"), .badAuthority),
        ("CR LF in :authority", H2Block.request(authority: hidden), .badFieldValue),
        ("a space in :scheme", H2Block.request(scheme: "https /smuggled"), .badScheme),
        ("Host that differs from :authority", with("host", "other"), .hostMismatch),
        ("two Hosts", H2Block.request(fields: [("host", "h"), ("host", "h")]), .repeatedHost),
        ("two :paths", H2Block.block([(":path", "/smuggled")]) + H2Block.request(), .repeatedPseudoField),
        (":path behind a field", H2Block.block([("x", "a")]) + H2Block.request(), .latePseudoField),
        ("an unknown pseudo-field", with(":x", "a"), .unknownPseudoField),
        ("a length with a sign", with("content-length", "+0"), .badContentLength),
        ("a length in a list", with("content-length", "0, 0"), .badContentLength),
        (
            "two lengths", H2Block.request(fields: [("content-length", "0"), ("content-length", "0")]),
            .repeatedContentLength
        ),
        ("a length and no body", with("content-length", "5"), .contentLengthMismatch),
        (
            ":protocol without CONNECT", H2Block.block([(":protocol", "websocket")]) + H2Block.request(),
            .protocolWithoutConnect
        ),
    ]

    @Test(arguments: malformed)
    func `HTTP 2 to 1 smuggling: a malformed request is reset and reaches nobody`(
        _ name: String, _ block: [UInt8], _ flaw: H2Malformed
    ) async throws {
        let service = RecordingUpstream()
        try await withGateway(oneRoute(), isSecure: true, upstream: service.script) { gateway in
            let peer = try await H2Peer.connect(to: gateway)
            defer { peer.close() }
            #expect(try await peer.ask(block) == .reset(.protocolError))
            #expect(try await peer.get("/honest") == .status(200), "the connection goes on")
            #expect(service.requests == ["GET /honest HTTP/1.1"])
            #expect(gateway.malformed == ["\(flaw.reason)": 1])
            #expect(gateway.violations == [:])
        }
    }

    static let refusedPaths = ["/a b", "/a HTTP/1.1", "/a\tb", "/%00", "/%2F", "/%5c", "/a\\b", "/%zz", "/a#b"]

    @Test(arguments: refusedPaths)
    func `HTTP 2 to 1 smuggling: a bad path is answered with 400 and reaches nobody`(path: String) async throws {
        let service = RecordingUpstream()
        try await withGateway(oneRoute(), isSecure: true, upstream: service.script) { gateway in
            let peer = try await H2Peer.connect(to: gateway)
            defer { peer.close() }
            #expect(try await peer.get(path) == .status(400))
            #expect(try await peer.get("/honest") == .status(200))
            #expect(service.requests == ["GET /honest HTTP/1.1"])
        }
    }

    static let bodies: [(String, length: Int, [String])] = [
        ("shorter", 50, ["abc"]),
        ("empty", 50, [""]),
        ("longer", 3, ["abcGET /smuggled HTTP/1.1\r\nhost: h\r\n\r\n"]),
        ("longer in a second frame", 3, ["abc", "GET /smuggled HTTP/1.1\r\nhost: h\r\n\r\n"]),
        ("longer than zero", 0, ["GET /smuggled HTTP/1.1\r\nhost: h\r\n\r\n"]),
        ("longer than all buffers", 200_000, (0..<13).map { _ in String(repeating: "x", count: 16_000) }),
    ]

    @Test(arguments: bodies)
    func `HTTP 2 to 1 smuggling, H2 CL: a body of another length than declared is reset`(
        _ name: String, length: Int, _ parts: [String]
    ) async throws {
        let service = RecordingUpstream()
        let root = #""limits": {"http2StreamWindow": "1MiB"},"#
        try await withGateway(oneRoute(root: root), isSecure: true, upstream: service.script) { gateway in
            let peer = try await H2Peer.connect(to: gateway)
            defer { peer.close() }
            let stream = peer.takeStream()
            let head = H2Block.request("POST", "/attack", fields: [("content-length", "\(length)")])
            let data = parts.enumerated().map { H2Frame.data(stream, $1, isEnd: $0 == parts.count - 1) }
            try await peer.send([.headers(stream, head, isEnd: false)] + data)
            #expect(try await peer.outcome(of: stream) == .reset(.protocolError))
            #expect(try await peer.get("/honest") == .status(200), "the connection goes on")
            try await gateway.loop.until("the end") { gateway.core.metrics.requestsInFlight.value == 0 }
            #expect(gateway.malformed == ["content_length_mismatch": 1])
            // What was declared may have been sent on as it came, and nothing behind it.
            let declared = String(parts.joined().prefix(length))
            #expect(service.bodies.allSatisfy { $0.isEmpty || $0 == declared && parts[0] == declared })
            #expect(!service.requests.contains { $0.contains("/smuggled") })
            // The service of a body that was on its way learns that it is not complete.
            if length > 100_000 { try await gateway.loop.until("the break") { service.abandoned == 1 } }
        }
    }
}
