import Bytes
import JWT
import Policy
import Reactor
import Synchronization
import Telemetry
import Testing

@testable import Gateway

/// What a service says is revoked stops at the pipeline: from its pages to the answer of a request.
struct RevocationPollerTests {
    /// A service that lists revocations, two a page, and answers everything else.
    private final class Registrar: Sendable {
        private struct State {
            var ids: [String] = []
            var asked: [String] = []
            var answer: String?
        }

        private let state = Mutex(State())

        /// The questions of the gateway so far.
        var asked: [String] { state.withLock { $0.asked } }

        func revoke(_ ids: String...) { state.withLock { $0.ids += ids } }

        /// Forgets everything, as a service with a new database does.
        func forget() { state.withLock { $0.ids = [] } }

        /// Answers like this from now on, to questions about revocations; nil for the list.
        func answer(_ text: String?) { state.withLock { $0.answer = text } }

        func respond(to start: String) -> String {
            let target = String(start.split(separator: " ")[1])
            guard target.hasPrefix("/gone") else { return "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" }
            return state.withLock { state in
                state.asked.append(target)
                if let answer = state.answer { return answer }
                let after = Int(target.split(separator: "after=").last ?? "") ?? -1
                let page = Array(state.ids.enumerated().dropFirst(after).prefix(2))
                let list = page.map { #"{"id": "\#($0.element)", "expires": 99999999999}"# }.joined(separator: ", ")
                let body = #"{"next": \#(min(after, state.ids.count) + page.count), "revoked": [\#(list)]}"#
                return "HTTP/1.1 200 OK\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
            }
        }
    }

    private static func configuration(_ revocations: String, root: String = "") -> String {
        """
        {\(root) "services": {"up": {"targets": "UPSTREAM", "health": "none"}},
         "jwt": {"shop": {"algorithms": ["HS256"], "secret": "\(ConfigurationFixture.secret)"\(revocations)}},
         "routes": [{"name": "all", "match": "/**", "to": "up"}]}
        """
    }

    private static let revocations =
        #", "revocations": {"service": "up", "path": "/gone?x=1", "interval": "50ms", "maxEntries": 3}"#

    private static func token(_ id: String, session: String = "s") throws -> String {
        var claims = TokenClaims(subject: "alice", expiry: WallClock.systemTime / 1000 + 600)
        claims.tokenID = id
        claims.additional = [("sid", .string(session))]
        let signer = try TokenSigner(secret: Array(ConfigurationFixture.secret.utf8).span)
        return String(decoding: try signer.sign(claims), as: UTF8.self)
    }

    /// Runs `body` against a gateway whose poller runs, and a service that lists revocations.
    private func withPolledGateway(
        _ body: @escaping @Sendable (TestGateway, Registrar, RevocationPollers) async throws -> Void
    ) async throws {
        let registrar = Registrar()
        let script: ScriptedUpstream.Script = { peer, _ in
            while true { try await peer.send(registrar.respond(to: try await peer.head().start)) }
        }
        try await withGateway(Self.configuration(Self.revocations), upstream: script) { gateway in
            let pollers = RevocationPollers(core: gateway.core, loop: gateway.loop)
            pollers.update()
            defer { pollers.stop() }
            try await body(gateway, registrar, pollers)
        }
    }

    private func status(_ gateway: TestGateway, _ token: String) async throws -> Int {
        try await gateway.ask("GET /a HTTP/1.1\r\nhost: h\r\nauthorization: Bearer \(token)\r\n\r\n").status
    }

    private func until(_ gateway: TestGateway, _ what: String, _ isMet: (RevocationHealth) -> Bool) async throws {
        try await gateway.loop.until(what) { isMet(HealthCollector(core: gateway.core).health().revocations[0]) }
    }

    @Test func `a token stops by its own id or by its session's, and others go on`() async throws {
        try await withPolledGateway { gateway, registrar, _ in
            let (one, two, three) = (
                try Self.token("1"), try Self.token("2", session: "t"), try Self.token("3", session: "u")
            )
            for token in [one, two, three] { #expect(try await status(gateway, token) == 200) }
            registrar.revoke("1", "t", "x")
            try await until(gateway, "the revocations") { $0.count == 3 }
            let answer = try await gateway.ask(
                "GET /a HTTP/1.1\r\nhost: h\r\nauthorization: Bearer \(one)\r\n\r\n")
            #expect(answer.status == 401)
            #expect(answer["www-authenticate"] == #"Bearer realm="gateway", error="invalid_token""#)
            #expect(answer["x-gateway-error"] == "token_invalid")
            #expect(try await status(gateway, two) == 401)
            #expect(try await status(gateway, three) == 200)
            // One that nobody has seen before is not taken either.
            #expect(try await status(gateway, try Self.token("4", session: "t")) == 401)
            let line = try #require(try gateway.accessLines().last)
            #expect(line["reason"] as? String == "token_revoked")
            #expect(registrar.asked.first == "/gone?x=1&after=0")
            #expect(registrar.asked.contains("/gone?x=1&after=2"))
            #expect(registrar.asked.last == "/gone?x=1&after=3")
        }
    }

    /// What a service in trouble answers.
    enum Trouble: String, CaseIterable {
        case refusal, otherDocument, oversize, noHTTP

        var answer: String {
            switch self {
            case .refusal: "HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n"
            case .otherDocument: "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
            case .oversize:
                "HTTP/1.1 200 OK\r\ncontent-length: 1048577\r\n\r\n" + String(repeating: " ", count: 1_048_577)
            case .noHTTP: "nonsense\r\n\r\n"
            }
        }

        var problem: String {
            switch self {
            case .refusal: "status 503"
            case .otherDocument: "the answer is no list of revocations"
            case .oversize: "an answer of more than 1048576 bytes"
            case .noHTTP: "not HTTP: bad_version"
            }
        }
    }

    @Test(arguments: Trouble.allCases)
    func `while the service gives no list the last one stays`(trouble: Trouble) async throws {
        try await withPolledGateway { gateway, registrar, _ in
            registrar.revoke("1")
            try await until(gateway, "the revocation") { $0.count == 1 && $0.ageSeconds != nil }
            registrar.answer(trouble.answer)
            try await until(gateway, "the problem") { $0.lastError != nil }
            let health = HealthCollector(core: gateway.core).health()
            #expect(health.revocations[0].lastError == trouble.problem)
            #expect(health.concerns.contains { $0.hasPrefix("jwt.shop: up could not be asked for revocations for ") })
            #expect(try await status(gateway, try Self.token("1")) == 401)
            let asked = registrar.asked.count
            try await gateway.loop.until("more questions") { registrar.asked.count > asked + 2 }
            registrar.answer(nil)
            try await until(gateway, "the end of the problem") { $0.lastError == nil }
            #expect(try await status(gateway, try Self.token("1")) == 401)
            let lines = try gateway.logLines().compactMap { $0["msg"] as? String }
            #expect(lines.filter { $0.contains("revocations") }.count == 2, "\(lines)")
        }
    }

    @Test func `a service that has forgotten all is asked from the start, and nothing is taken back`() async throws {
        try await withPolledGateway { gateway, registrar, _ in
            registrar.revoke("1", "2")
            try await until(gateway, "the revocations") { $0.count == 2 }
            registrar.forget()
            registrar.revoke("3")
            try await until(gateway, "the new one") { $0.count == 3 }
            for id in ["1", "2", "3"] { #expect(try await status(gateway, try Self.token(id)) == 401) }
        }
    }

    @Test func `when there are too many the log says so once`() async throws {
        try await withPolledGateway { gateway, registrar, _ in
            registrar.revoke("1", "2", "3", "4", "5")
            try await gateway.loop.until("the log") {
                (try? gateway.logLines().contains { $0["maxEntries"] as? Int == 3 }) == true
            }
            let asked = registrar.asked.count
            try await gateway.loop.until("more questions") { registrar.asked.count > asked + 2 }
            #expect(try gateway.logLines().filter { $0["maxEntries"] != nil }.count == 1)
            try await until(gateway, "the bound") { $0.count == 3 }
        }
    }

    @Test func `a reload keeps the list, unless it names another`() async throws {
        try await withPolledGateway { gateway, registrar, pollers in
            registrar.revoke("1")
            try await until(gateway, "the revocation") { $0.count == 1 }
            let list = gateway.core.box.snapshot.revocations[0]
            // Another pause and room change nothing about whose list it is.
            try gateway.reload(Self.configuration(Self.revocations.replacing("50ms", with: "60ms")))
            pollers.update()
            #expect(gateway.core.box.snapshot.revocations[0] === list)
            #expect(try await status(gateway, try Self.token("1")) == 401)
            registrar.revoke("2")
            try await until(gateway, "another revocation") { $0.count == 2 }
            #expect(registrar.asked.filter { $0.hasSuffix("after=0") }.count < registrar.asked.count)

            try gateway.reload(Self.configuration(""))
            pollers.update()
            #expect(try await status(gateway, try Self.token("1")) == 200)
            #expect(HealthCollector(core: gateway.core).health().revocations.isEmpty)

            try gateway.reload(Self.configuration(Self.revocations.replacing("x=1", with: "x=2")))
            pollers.update()
            #expect(gateway.core.box.snapshot.revocations[0] !== list)
            try await until(gateway, "the other list") { $0.count == 2 }
            #expect(registrar.asked.contains("/gone?x=2&after=0"))
        }
    }
}
