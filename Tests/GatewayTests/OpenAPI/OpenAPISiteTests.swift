import Synchronization
import Testing

@testable import Gateway

/// `/openapi.json` of the public address, in front of a service that describes itself.
struct OpenAPISiteTests {
    /// A service that describes itself, or says something else.
    private final class Author: Sendable {
        private struct State {
            var status = 200
            var body =
                #"{"openapi": "3.1.0", "paths": {"/x": {"get": {"responses": {}}}, "/y": {"get": {"responses": {}}}}}"#
            var asked = 0
        }

        private let state = Mutex(State())

        var asked: Int { state.withLock { $0.asked } }

        func say(_ body: String, status: Int = 200) {
            state.withLock { ($0.status, $0.body) = (status, body) }
        }

        func answer(_ request: Message) -> String {
            state.withLock { state in
                if request.start.contains("/openapi.json") { state.asked += 1 }
                return "HTTP/1.1 \(state.status) X\r\ncontent-length: \(state.body.utf8.count)\r\n\r\n\(state.body)"
            }
        }
    }

    private static func configuration(
        _ routes: String = #"{"name": "x", "match": "/x", "to": "up"}"#, root: String = ""
    ) -> String {
        """
        {\(root) "services": {"up": {"targets": "UPSTREAM", "health": "none", "openapi": true}}, "routes": [\(routes)]}
        """
    }

    private func withDescribedGateway(
        _ configuration: String = configuration(),
        _ body: @escaping @Sendable (TestGateway, Author) async throws -> Void
    ) async throws {
        let author = Author()
        let script: ScriptedUpstream.Script = { peer, _ in
            while true { try await peer.send(author.answer(try await peer.head())) }
        }
        try await withGateway(configuration, upstream: script) { try await body($0, author) }
    }

    private static let request = "GET /openapi.json HTTP/1.1\r\nhost: h\r\n"

    private func paths(_ answer: Message) -> [String] {
        JSONTree(parsing: Array(answer.body.utf8))?["paths"]?.members.map(\.name) ?? []
    }

    @Test func `the document is made once, and kept as long as nothing changes`() async throws {
        try await withDescribedGateway { gateway, author in
            #expect(author.asked == 0)
            let answer = try await gateway.ask(Self.request + "\r\n")
            #expect(answer.status == 200)
            #expect(answer["content-type"] == "application/json")
            #expect(answer["cache-control"] == "no-cache")
            #expect(paths(answer) == ["/x"])
            let tag = try #require(answer["etag"])
            let known = try await gateway.ask(Self.request + "if-none-match: \"a\", \(tag)\r\n\r\n")
            #expect(known.status == 304)
            #expect(known["etag"] == tag)
            let other = try await gateway.ask(Self.request + "if-none-match: \"\(tag.dropFirst(3))\r\n\r\n")
            #expect(other.status == 200)
            let client = try await gateway.connect()
            try await client.send(Self.request.replacing("GET", with: "HEAD") + "connection: close\r\n\r\n")
            let head = try await client.head()
            #expect(head.status == 200)
            #expect(head["content-length"] == "\(answer.body.utf8.count)")
            #expect(try await client.rest() == "")
            #expect(author.asked == 1)
            #expect(try gateway.accessLines().map { $0["status"] as? Int } == [200, 304, 200, 200])
        }
    }

    @Test func `many that ask at once are answered by one question`() async throws {
        try await withDescribedGateway { gateway, author in
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 { group.addTask { try await gateway.ask(Self.request + "\r\n").status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers == Array(repeating: 200, count: 20))
            #expect(author.asked == 1)
        }
    }

    @Test func `another configuration makes another document, without asking again`() async throws {
        try await withDescribedGateway { gateway, author in
            let before = try await gateway.ask(Self.request + "\r\n")
            try gateway.reload(
                Self.configuration(
                    #"{"name": "y", "match": "/y", "to": "up"}"#, root: #""openapi": {"title": "Shop"},"#))
            let after = try await gateway.ask(Self.request + "\r\n")
            #expect(paths(after) == ["/y"])
            #expect(after.body.contains(#""info":{"title":"Shop","version":"1"}"#))
            #expect(after["etag"] != before["etag"])
            #expect(author.asked == 1)
        }
    }

    @Test func `a route that wants the path has it`() async throws {
        let configuration = Self.configuration(#"{"name": "all", "match": "/**", "to": "up"}"#)
        try await withDescribedGateway(configuration) { gateway, author in
            author.say("mine")
            let answer = try await gateway.ask(Self.request + "\r\n")
            #expect(answer.body == "mine")
        }
    }

    @Test(arguments: [
        ("GET /openapi.json", #""openapi": "off","#), ("POST /openapi.json", ""), ("GET /openapi.json/", ""),
        ("GET /openapi", ""),
    ])
    func `what is not the document is not there`(start: String, root: String) async throws {
        try await withDescribedGateway(Self.configuration(root: root)) { gateway, author in
            let answer = try await gateway.ask("\(start) HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\n\r\n")
            #expect(answer.status == 404)
            #expect(author.asked == 0)
        }
    }

    @Test(arguments: [("no", 404, "status 404"), ("no", 200, "what it says is no document of OpenAPI 3")])
    func `without any document it is 503, and services are not asked at once again`(
        body: String, status: Int, reason: String
    ) async throws {
        try await withDescribedGateway { gateway, author in
            author.say(body, status: status)
            for _ in 0..<3 { #expect(try await gateway.ask(Self.request + "\r\n").status == 503) }
            #expect(author.asked == 1)
            let lines = try gateway.logLines().filter { $0["service"] as? String == "up" }
            #expect(lines.map { $0["reason"] as? String } == [reason])
        }
    }
}
