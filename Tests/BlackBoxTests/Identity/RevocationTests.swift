import Foundation
import Testing

/// What is revoked stops working, whoever has verified it before: RFC 7009, section 2.
@Suite struct RevocationTests {
    private let auth: Upstream
    private let gateway: GatewayProcess

    init() throws {
        auth = try Upstream("revocations.py")
        gateway = try GatewayProcess(Self.setup(auth))
    }

    private static func setup(_ auth: Upstream, more: String = "") -> Setup {
        var setup = Setup.forwarding(
            to: auth, settings: #", "health": {"path": "none", "interval": "1s"}"#,
            routes: #"[{"name": "all", "match": "/a/**", "to": "up"}\#(more)]"#)
        setup.jwt = setup.jwt.replacing(#""leeway""#, with: #""revocations": "up", "leeway""#)
        return setup
    }

    private func revoke(_ id: String, seconds: Int = 600, at service: Upstream? = nil) throws {
        _ = try Wire(port: (service ?? auth).port).exchange(
            "POST /__revoke?id=\(id)&for=\(seconds) HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
    }

    private func isRefused(_ token: String) throws -> Bool { try gateway.curl("/a/b", token: token).status == 401 }

    private func health() throws -> JSON { try gateway.admin("/health").json["revocations"]["shop"] }

    @Test func `a token stops on every loop, and others go on`() throws {
        let (mine, other) = (
            try Token.good(more: ["sid": "session-1", "jti": "a"]),
            try Token.good(more: ["sid": "session-2", "jti": "b"])
        )
        let loads = [mine, other].map { gateway.load("/a/b", connections: 24, "--seconds", "4", "--token", $0) }
        #expect(try becomesTrue { try gateway.metric("gateway_requests_total", #"code="200""#) ?? 0 > 200 })
        for id in ["x", "y", "z", "session-1"] { try revoke(id) }
        #expect(try becomesTrue { try isRefused(mine) })
        let stopped = try loads[0].value()
        #expect(Set(stopped.statuses.keys) == [200, 401], "\(stopped)")
        #expect(Set(stopped.reasons.keys) == ["token_invalid"])
        #expect(try loads[1].value().statuses.keys.sorted() == [200])
        // New connections, on both loops.
        let again = try gateway.load("/a/b", connections: 24, "--requests", "5", "--token", mine).value()
        #expect(again.statuses == [401: 120], "\(again)")
        #expect(try gateway.metric("gateway_revoked_tokens", #"jwt="shop""#) == 4)
        #expect(try gateway.metric("gateway_rejections_total", #"reason="token_revoked""#) ?? 0 >= 120)
        #expect(try health()["revoked"].int == 4)
        #expect(try health()["status"].string == "pass")
    }

    @Test func `a single token stops by its id, until it would have expired`() throws {
        let token = try Token.good(more: ["jti": "once", "sid": "s"])
        let sibling = try Token.good(more: ["jti": "twice", "sid": "s"])
        #expect(try !isRefused(token))
        try revoke("once", seconds: 5)
        #expect(try becomesTrue { try isRefused(token) })
        #expect(try !isRefused(sibling))
        // The service says when nothing is left to be revoked; then the entry goes.
        #expect(try becomesTrue(within: 20) { try gateway.metric("gateway_revoked_tokens") == 0 })
    }

    @Test func `while the service is away the list stays, and afterwards it grows again`() throws {
        let (first, second) = (try Token.good(more: ["jti": "1"]), try Token.good(more: ["jti": "2"]))
        try revoke("1")
        #expect(try becomesTrue { try isRefused(first) })
        auth.stop()
        #expect(try becomesTrue { try health()["status"].string == "warn" })
        #expect(try gateway.admin("/health").status == 200)
        #expect(try isRefused(first))
        // Another process at the same place, which has forgotten everything.
        let successor = try Upstream("revocations.py", port: auth.port)
        #expect(try becomesTrue(within: 30) { try health()["status"].string == "pass" })
        #expect(try isRefused(first))
        try revoke("2", at: successor)
        #expect(try becomesTrue { try isRefused(second) })
        #expect(try isRefused(first))
        let lines = gateway.logs.split(separator: "\n").filter { $0.contains("revocations") }
        #expect(lines.count == 2, "\(lines)")
    }

    @Test func `a reload keeps what is known`() throws {
        let token = try Token.good(more: ["sid": "kept"])
        try revoke("kept")
        #expect(try becomesTrue { try isRefused(token) })
        // From now on the service could not tell again.
        auth.stop()
        let more = #", {"name": "b", "match": "/b", "to": "up"}"#
        try gateway.folder.write(Self.setup(auth, more: more).text(ports: gateway.ports), to: "routes.json")
        #expect(try gateway.command("reload").status == 0)
        #expect(try gateway.curl("/b", token: token).status == 401)
        #expect(try isRefused(token))
    }
}
