import Foundation
import Testing

/// A bucket neither knows nor cares over which version of HTTP it is emptied.
@Suite struct RateLimitParityTests {
    static let gateway = Result<GatewayProcess, any Error> {
        let routes = """
            [
                {"name": "header", "match": "/header", "to": "up", "auth": "none",
                    "rateLimit": "1/m per header:X-Tenant burst 2"},
                {"name": "sub", "match": "/sub", "to": "up", "rateLimit": "1/m per sub burst 3"}
            ]
            """
        return try GatewayProcess(.forwarding(to: Fixture.shared().upstream, routes: routes))
    }

    let gateway: GatewayProcess

    init() throws {
        gateway = try Self.gateway.get()
    }

    @Test(arguments: ["--http1.1", "--http2"])
    func `a burst passes, then it is 429 with all that a client needs to know`(version: String) throws {
        for remaining in [1, 0] {
            let answer = try gateway.curl("/header", "--header", "X-Tenant: \(version)", version)
            #expect(answer.status == 200)
            #expect(answer["X-RateLimit-Limit"] == "2")
            #expect(answer["X-RateLimit-Remaining"] == "\(remaining)")
            #expect(answer["RateLimit-Policy"] != nil)
            #expect(answer["RateLimit"] != nil)
        }
        let refused = try gateway.curl("/header", "--header", "X-Tenant: \(version)", version)
        #expect(refused.status == 429)
        #expect((1...60).contains(refused["Retry-After"].flatMap(Int.init) ?? 0))
        #expect(refused["X-RateLimit-Remaining"] == "0")
        #expect(refused["Content-Type"] == "application/problem+json")
        #expect(refused.reason == "rate_limited")
    }

    @Test func `both versions empty the same bucket`() throws {
        let token = try Token.good(subject: "both")
        let statuses = try ["--http2", "--http1.1", "--http2", "--http1.1", "--http2"].map {
            try gateway.curl("/sub", token: token, $0).status
        }
        #expect(statuses == [200, 200, 200, 429, 429])
    }

    @Test(.enabled(if: Places.hasPyPI, "PyPI was out of reach"))
    func `streams of one connection are admitted exactly as often as the bucket holds`() throws {
        let wire = try HTTP2Wire(gateway)
        let streams = try (0..<20).map { _ in try wire.open("GET", "/header", [("x-tenant", "streams")]) }
        let statuses = try streams.map { try wire.answer(on: $0).status }
        #expect(statuses.count { $0 == 200 } == 2)
        #expect(statuses.count { $0 == 429 } == 18)
    }
}
