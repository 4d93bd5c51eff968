import Foundation
import Testing

/// Server-sent events and long polls: bytes pass as they arrive, and whoever leaves is gone for the upstream as well.
@Suite(.serialized) struct StreamingTests {
    static let fixture = Result<(GatewayProcess, Upstream), any Error> {
        let site = try Upstream.site()
        let routes = """
            [
                {"name": "all", "match": "/**", "to": "up", "auth": "none"},
                {"name": "brief", "match": "/brief/**", "to": "up", "auth": "none", "timeout": "500ms", "retries": 0}
            ]
            """
        return (try GatewayProcess(.forwarding(to: site, routes: routes)), site)
    }

    enum Version: String, CaseIterable, Sendable {
        case http1 = "HTTP/1.1"
        case http2 = "HTTP/2"

        static let available = Places.hasPyPI ? allCases : [.http1]
    }

    /// A client with one request, over either version.
    enum Client {
        case http1(Wire)
        case http2(HTTP2Wire, Int)

        func read(through mark: String) throws {
            switch self {
            case .http1(let wire): _ = try wire.read(through: mark)
            case .http2(let wire, let stream): _ = try wire.read(on: stream, through: mark)
            }
        }

        func answer() throws -> Answer {
            switch self {
            case .http1(let wire): try wire.readAnswer()
            case .http2(let wire, let stream): try wire.answer(on: stream)
            }
        }
    }

    let gateway: GatewayProcess
    let site: Upstream

    init() throws {
        (gateway, site) = try Self.fixture.get()
    }

    private func get(_ target: String, _ version: Version) throws -> Client {
        switch version {
        case .http1:
            let wire = try gateway.wire()
            wire.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            return .http1(wire)
        case .http2:
            let wire = try HTTP2Wire(gateway)
            return .http2(wire, try wire.open("GET", target))
        }
    }

    @Test(arguments: Version.available)
    func `an event arrives before the next one is published`(version: Version) throws {
        let client = try get("/events", version)
        try client.read(through: "welcome")
        for number in 0..<5 {
            let text = "\(version) \(number)"
            #expect(try site.publish(text) >= 1)
            try client.read(through: "data: \(text)\n\n")
        }
    }

    @Test(arguments: Version.available)
    func `a stream of events outlasts the route's timeout`(version: Version) throws {
        let client = try get("/brief/events?count=5&interval=300", version)
        try client.read(through: "event 4")
    }

    @Test(arguments: Version.available)
    func `a long poll is answered when there is something to say`(version: Version) throws {
        let client = try get("/poll", version)
        #expect(try becomesTrue(within: 5) { try site.present("poll") == 1 })
        #expect(try site.publish("news") >= 1)
        #expect(try client.answer().json["published"].string == "news")
    }

    @Test func `EventSource's own questions are passed on`() throws {
        let answer = try gateway.curl(
            "/events?count=3", "--http2", "--header", "Accept: text/event-stream", "--header", "Last-Event-ID: 7")
        #expect(answer["Content-Type"] == "text/event-stream")
        #expect(answer.text.contains("id: 2\ndata: event 2\n\n"))
    }
}
