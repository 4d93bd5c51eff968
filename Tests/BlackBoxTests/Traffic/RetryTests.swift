import Foundation
import Testing

/// What is tried again, and what never is: RFC 9110, section 9.2.2.
@Suite struct RetryTests {
    let fixture: Fixture

    init() throws {
        fixture = try Fixture.shared()
    }

    var gateway: GatewayProcess { fixture.gateway }

    private func tries(_ method: String = "GET", _ field: String = "X-Test: retry", how: String) throws -> (
        status: Int, tries: Int
    ) {
        let key = UUID().uuidString
        let target = "/open/a?fail=1&how=\(how)&key=\(key)"
        let answer = try gateway.curl(target, "--request", method, "--header", field)
        return (answer.status, try fixture.upstream.requests(key: key))
    }

    @Test(arguments: ["cut", "502", "503", "504"])
    func `an idempotent request gets a second try`(how: String) throws {
        let result = try tries(how: how)
        #expect(result.status == 200)
        #expect(result.tries == 2)
    }

    @Test(arguments: ["500", "404", "429"])
    func `an answer that is nobody's failure is passed on`(how: String) throws {
        let result = try tries(how: how)
        #expect(result.status == Int(how))
        #expect(result.tries == 1)
    }

    @Test(arguments: ["cut", "503"])
    func `a POST is sent once`(how: String) throws {
        let result = try tries("POST", how: how)
        #expect(result.status == (how == "cut" ? 502 : 503))
        #expect(result.tries == 1)
    }

    @Test func `a POST with an Idempotency-Key gets a second try`() throws {
        let result = try tries("POST", "Idempotency-Key: 7", how: "cut")
        #expect(result.status == 200)
        #expect(result.tries == 2)
    }

    @Test func `a body is sent again whole`() throws {
        let key = UUID().uuidString
        let answer = try gateway.curl("PUT", "/open/a?fail=1&how=cut&key=\(key)", json: #"{"name":"Lamp"}"#)
        #expect(answer.status == 200)
        #expect(answer.json["body"].string == #"{"name":"Lamp"}"#)
    }

    @Test func `the log counts the tries`() throws {
        let id = "retry-\(UUID().uuidString)"
        _ = try gateway.curl("/open/a?fail=1&how=503&key=\(id)", "--header", "X-Request-Id: \(id)")
        #expect(gateway.accessLogLine(requestID: id)?["attempts"].int == 2)
        #expect(try gateway.metric("gateway_retries_total") ?? 0 >= 1)
    }

    @Test func `another endpoint takes over from one that fails`() throws {
        let good = try Upstream(name: "good")
        let bad = try Upstream(name: "bad")
        try bad.setStatus(503)
        let gateway = try GatewayProcess(
            Setup(
                services: #"{"up": {"targets": ["\#(good.url)", "\#(bad.url)"]}}"#,
                routes: #"[{"name": "all", "match": "/**", "to": "up", "auth": "none"}]"#))
        for _ in 0..<10 {
            #expect(try gateway.curl("/a").json["upstream"].string == "good")
        }
    }
}
