import Foundation
import Testing

/// Token buckets: draft-ietf-httpapi-ratelimit-headers, and RFC 6585, section 4.
@Suite struct RateLimitTests {
    static let fixture = Result<(GatewayProcess, Upstream), any Error> {
        let upstream = try Upstream()
        let routes = """
            [
                {"name": "ip", "match": "/ip", "to": "up", "auth": "none", "rateLimit": "1/m per ip burst 3"},
                {"name": "sub", "match": "/sub", "to": "up", "rateLimit": "1/m per sub burst 2"},
                {"name": "header", "match": "/header", "to": "up", "auth": "none",
                    "rateLimit": "1/m per header:X-Tenant burst 2"},
                {"name": "route", "match": "/route", "to": "up", "auth": "none", "rateLimit": "1/m per route burst 2"},
                {"name": "refused", "match": "/refused", "to": "up", "auth": "none",
                    "rateLimit": "1/m per route burst 2"},
                {"name": "both", "match": "/both", "to": "up", "auth": "none",
                    "rateLimit": ["1/m per header:X-Tenant burst 2", "1/m per route burst 3"]},
                {"name": "quick", "match": "/quick", "to": "up", "auth": "none", "rateLimit": "1/s per route burst 1"},
                {"name": "exact", "match": "/exact", "to": "up", "auth": "none", "rateLimit": "1/h per route burst 50"}
            ]
            """
        return (try GatewayProcess(.forwarding(to: upstream, routes: routes)), upstream)
    }

    let gateway: GatewayProcess
    let upstream: Upstream

    init() throws {
        (gateway, upstream) = try Self.fixture.get()
    }

    private func statuses(_ target: String, times: Int, token: String? = nil, _ field: String = "X: y") throws -> [Int]
    {
        try (0..<times).map { _ in try gateway.curl(target, token: token, "--header", field).status }
    }

    @Test func `a burst passes, then it is 429 with all that a client needs to know`() throws {
        for remaining in [2, 1, 0] {
            let answer = try gateway.curl("/ip")
            #expect(answer.status == 200)
            #expect(answer["X-RateLimit-Limit"].flatMap(Int.init) != nil)
            #expect(answer["X-RateLimit-Remaining"] == "\(remaining)")
            #expect(answer["X-RateLimit-Reset"].flatMap(Int.init) != nil)
            #expect(answer["RateLimit-Policy"] != nil)
            #expect(answer["RateLimit"] != nil)
        }
        let refused = try gateway.curl("/ip")
        #expect(refused.status == 429)
        #expect((1...60).contains(refused["Retry-After"].flatMap(Int.init) ?? 0))
        #expect(refused["X-RateLimit-Remaining"] == "0")
        #expect(refused["RateLimit"] != nil)
        #expect(refused.reason != nil)
        #expect(refused["Content-Type"] == "application/problem+json")
    }

    @Test func `each subject has a bucket of its own`() throws {
        #expect(try statuses("/sub", times: 3, token: Token.good(subject: "alice")) == [200, 200, 429])
        #expect(try statuses("/sub", times: 3, token: Token.good(subject: "bob")) == [200, 200, 429])
        // A new token is no new subject.
        #expect(try statuses("/sub", times: 1, token: Token.good(subject: "bob", more: ["jti": "2"])) == [429])
    }

    @Test func `each value of a header has a bucket of its own`() throws {
        #expect(try statuses("/header", times: 3, "X-Tenant: a") == [200, 200, 429])
        #expect(try statuses("/header", times: 3, "X-Tenant: b") == [200, 200, 429])
    }

    @Test func `a route's bucket is everybody's`() throws {
        #expect(try statuses("/route", times: 3) == [200, 200, 429])
    }

    @Test func `of several policies each one holds`() throws {
        #expect(try statuses("/both", times: 2, "X-Tenant: a") == [200, 200])
        #expect(try statuses("/both", times: 2, "X-Tenant: b") == [200, 429])
    }

    @Test func `a bucket fills again`() throws {
        #expect(try statuses("/quick", times: 1) == [200])
        #expect(try becomesTrue(within: 5) { try gateway.curl("/quick").status == 200 })
    }

    @Test func `a refused request does not reach the upstream`() throws {
        #expect(try statuses("/refused?key=refused", times: 5) == [200, 200, 429, 429, 429])
        #expect(try upstream.requests(key: "refused") == 2)
    }

    @Test func `parallel clients on all loops are admitted exactly as often as the bucket holds`() throws {
        let workers = (0..<8).map { _ in
            Background { [gateway] in
                let wire = try gateway.wire()
                return try (0..<20).map { _ in
                    try wire.exchange("GET /exact HTTP/1.1\r\nHost: localhost\r\n\r\n").status
                }
            }
        }
        let statuses = try workers.flatMap { try $0.value() }
        let admitted = statuses.count { $0 == 200 }
        #expect(admitted == 50)
        #expect(statuses.count { $0 == 429 } == statuses.count - admitted)
    }

    @Test func `a flood of bad tokens is stopped by the shield, before signatures are checked`() throws {
        var setup = Setup.forwarding(to: upstream, routes: #"[{"name": "all", "match": "/**", "to": "up"}]"#)
        setup.extra["limits"] = #"{"shield": "1/m per ip burst 3"}"#
        let gateway = try GatewayProcess(setup)
        let answers = try (0..<5).map { _ in try gateway.curl("/a", token: "bad.bad.bad") }
        #expect(answers.map(\.status) == [401, 401, 401, 429, 429])
        #expect(answers.last?["Retry-After"] != nil)
    }
}
