import Foundation
import Testing

/// The version of HTTP is how a request comes, and nothing else: whatever a request gets, it gets over both.
@Suite struct ProtocolParityTests {
    /// A request, and the status that it is to get over either version.
    struct Request: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let target: String
        let status: Int
        var options: [String] = []
        var claims: [String: String]?

        init(
            _ description: String, _ target: String, _ status: Int, _ options: String...,
            claims: [String: String]? = nil
        ) {
            testDescription = description
            self.target = target
            self.status = status
            self.options = options
            self.claims = claims
        }
    }

    static let requests = [
        Request("a request", "/open/a?x=1&y=%20", 200),
        Request("fields of the client", "/open/a", 200, "--header", "X-Thing: one", "--header", "Accept: text/x"),
        Request("a body with a length", "/open/a", 200, "--json", #"{"a": 1}"#),
        Request("a body without one", "/open/a", 200, "--header", "Transfer-Encoding: chunked", "--data", "abc"),
        Request("a method of one's own", "/open/a", 200, "--request", "PURGE"),
        Request("cookies", "/open/a", 200, "--cookie", "a=1; b=2; c=3"),
        Request("a stripped path", "/api/v1/things", 200),
        Request("a public route, with a bad token", "/open/a", 200, "--header", "Authorization: Bearer x.y.z"),
        Request("a good token", "/private/a", 200, claims: [:]),
        Request("no token", "/private/a", 401),
        Request("a bad token", "/private/a", 401, "--header", "Authorization: Bearer x.y.z"),
        Request("a bad token where none is needed", "/optional/a", 401, "--header", "Authorization: Bearer x.y.z"),
        Request("an expired token", "/private/a", 401, claims: ["exp": "1000000000"]),
        Request("a token for somebody else", "/private/a", 401, claims: ["aud": "other"]),
        Request("a missing scope", "/scoped/a", 403, claims: ["scope": "orders:write"]),
        Request("the scope", "/scoped/a", 200, claims: ["scope": "orders:write orders:read"]),
        Request("a missing role", "/admins/a", 403, claims: ["role": "customer"]),
        Request("a client that says who it is", "/private/a", 200, "--header", "X-User-Id: root", claims: [:]),
        Request("no such route", "/nowhere", 404),
        Request("no such method", "/read-only", 405, "--request", "POST"),
        Request("too large a body", "/small/a", 413, "--data", String(repeating: "b", count: 1025)),
        Request("too long a target", "/open/" + String(repeating: "a", count: 9000), 414),
        Request("too many fields", "/open/a", 431) + (0..<101).flatMap { ["--header", "X-\($0): v"] },
        Request("fields too large", "/open/a", 431) + ["--header", "X: \(String(repeating: "v", count: 40_000))"],
        Request("an upstream's failure", "/open/a?status=500", 500),
        Request("an upstream that breaks off", "/open/a?cut=before", 502),
        Request("an upstream that takes too long", "/brief/a?delay=3000", 504),
        Request("a redirection", "/open/a?status=302&field=Location:/there", 302),
        Request("an answer without content", "/open/a?status=204&field=X-Thing:1", 204),
        Request("nothing new", "/open/a?status=304&field=ETag:1", 304),
        Request("HEAD", "/open/a?bytes=1000", 200, "--head"),
        Request("HEAD of what is missing", "/nowhere", 404, "--head"),
        Request("a large answer", "/open/a?bytes=300000", 200),
        Request("an answer without a length", "/open/a?chunks=3", 200),
        Request("an answer that ends with its connection", "/open/a?close=1", 200),
        Request("several fields of one name", "/open/a?field=Set-Cookie:a=1|Set-Cookie:b=2|X-A:1|X-A:2", 200),
        Request("a preflight", "/open/a", 200, "--request", "OPTIONS", "--header", "Origin: https://shop.test"),
    ]

    let gateway: GatewayProcess

    init() throws {
        gateway = try Fixture.shared().gateway
    }

    private func token(_ request: Request) throws -> String? {
        guard let claims = request.claims else { return nil }
        var all: [String: Any] = claims
        all["exp"] = claims["exp"].flatMap { Int($0) }
        return try Token.good(more: all)
    }

    /// Fields that say how the connection goes on and where the answer ends, as HTTP/1.1 needs them.
    private static let framing: Set<String> = ["connection", "keep-alive", "transfer-encoding"]

    /// Fields whose values are a matter of the moment. Via names the version, and so what the upstream saw, as the
    /// upstream tells it, has another length.
    private static let incidental: Set<String> = [
        "date", "x-request-id", "traceparent", "via", "content-length", "ratelimit", "x-ratelimit-remaining",
        "x-ratelimit-reset",
    ]

    private func comparable(_ fields: [(name: String, value: String)]) -> [String] {
        fields.map { (name: $0.name.lowercased(), value: $0.value) }
            .filter { !Self.framing.contains($0.name) }
            .map { Self.incidental.contains($0.name) ? $0.name : "\($0.name): \($0.value)" }.sorted()
    }

    @Test(arguments: requests)
    func `a request gets the same over both versions`(request: Request) throws {
        let token = try token(request)
        let first = try gateway.curl(request.target, token: token, options: request.options + ["--http1.1"])
        let second = try gateway.curl(request.target, token: token, options: request.options + ["--http2"])
        #expect(first.version == "HTTP/1.1")
        #expect(second.version == "HTTP/2")
        #expect(first.status == request.status)
        #expect(second.status == request.status)
        #expect(comparable(first.fields) == comparable(second.fields))
        // With --head curl gives the head for a body.
        guard !request.options.contains("--head") else { return }
        guard first.json.exists else {
            #expect(first.body == second.body)
            return
        }
        // What the upstream saw, or the problem.
        #expect(first.json.keys == second.json.keys)
        for key in first.json.keys where !["fields", "connection", "requestId"].contains(key) {
            #expect(first.json[key].description == second.json[key].description, "\(key)")
        }
        let seen = [first, second].map { answer in
            comparable(answer.json["fields"].array.map { ($0[0].string ?? "", $0[1].string ?? "") })
        }
        #expect(seen[0] == seen[1])
    }

    @Test(arguments: [("--http1.1", "1.1"), ("--http2", "2")])
    func `Via says which version it was`(option: String, version: String) throws {
        let fields = try gateway.curl("/open/a", option).json["fields"].array
        let via = try #require(fields.first { $0[0].string?.lowercased() == "via" }?[1].string)
        #expect(via.hasPrefix(version + " ") || via.hasPrefix(version + ".0 "))
    }
}

extension ProtocolParityTests.Request {
    /// The request with more options.
    fileprivate static func + (request: Self, options: [String]) -> Self {
        var longer = request
        longer.options += options
        return longer
    }
}
