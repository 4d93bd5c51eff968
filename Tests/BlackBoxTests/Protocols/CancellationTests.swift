import Foundation
import Testing

/// A client that leaves takes its request along: the upstream is not kept busy for nobody.
@Suite(.serialized) struct CancellationTests {
    static let fixture = Result<(GatewayProcess, Upstream), any Error> {
        let site = try Upstream.site()
        return (
            try GatewayProcess(
                .forwarding(to: site, routes: #"[{"name": "all", "match": "/**", "to": "up", "auth": "none"}]"#)), site
        )
    }

    static let places = ["events", "poll", "endless"]

    let gateway: GatewayProcess
    let site: Upstream

    init() throws {
        (gateway, site) = try Self.fixture.get()
    }

    private func becomesPresent(_ count: Int, in place: String, within seconds: Double = 5) throws -> Bool {
        try becomesTrue(within: seconds) { try site.present(place) == count }
    }

    @Test(arguments: places)
    func `closing the connection cancels over HTTP 1 1`(place: String) throws {
        do {
            let wire = try gateway.wire()
            wire.send("GET /\(place) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try becomesPresent(1, in: place))
        }
        #expect(try becomesPresent(0, in: place, within: 2))
    }

    @Test(.enabled(if: Places.hasPyPI), arguments: places)
    func `resetting a stream cancels it, and it only`(place: String) throws {
        let wire = try HTTP2Wire(gateway)
        let streams = try (0..<3).map { _ in try wire.open("GET", "/\(place)") }
        for stream in streams { try wire.hold(stream) }
        #expect(try becomesPresent(3, in: place))
        try wire.reset(streams[1])
        #expect(try becomesPresent(2, in: place, within: 2))
        #expect(try wire.exchange("GET", "/item?n=1").json["n"].int == 1)
        #expect(try site.present(place) == 2)
        for stream in [streams[0], streams[2]] { try wire.reset(stream) }
        #expect(try becomesPresent(0, in: place, within: 2))
        #expect(try wire.exchange("GET", "/item?n=2").json["n"].int == 2)
    }

    @Test(.enabled(if: Places.hasPyPI), arguments: places)
    func `the end of the connection cancels all of its streams`(place: String) throws {
        do {
            let wire = try HTTP2Wire(gateway)
            for _ in 0..<10 { try wire.hold(try wire.open("GET", "/\(place)")) }
            #expect(try becomesPresent(10, in: place))
        }
        #expect(try becomesPresent(0, in: place, within: 2))
    }

    @Test(.enabled(if: Places.hasPyPI))
    func `a cancelled request is 499 in the log, and nobody's failure`() throws {
        let id = "gone-\(UUID().uuidString)"
        let wire = try HTTP2Wire(gateway)
        let stream = try wire.open("GET", "/poll", [("x-request-id", id)])
        #expect(try becomesPresent(1, in: "poll"))
        try wire.reset(stream)
        let line = try #require(gateway.accessLogLine(requestID: id))
        #expect(line["status"].int == 499)
        #expect(try gateway.metric("gateway_upstream_errors_total") ?? 0 == 0)
    }

    @Test(.enabled(if: Places.hasPyPI))
    func `an upload that the client gives up is given up`() throws {
        let wire = try HTTP2Wire(gateway)
        let before = try gateway.metric("gateway_requests_in_flight") ?? 0
        let stream = try wire.open("POST", "/publish", [("content-length", "1000")], isEnd: false)
        try wire.send("some", on: stream)
        #expect(try becomesTrue { try gateway.metric("gateway_requests_in_flight") ?? 0 == before + 1 })
        try wire.reset(stream)
        #expect(try becomesTrue(within: 2) { try gateway.metric("gateway_requests_in_flight") ?? 0 == before })
    }

    @Test(.enabled(if: Places.hasPyPI))
    func `an endless answer is held by its reader, not by memory`() throws {
        let before = try site.present("given")
        let wire = try HTTP2Wire(gateway)
        let stream = try wire.open("GET", "/endless")
        try wire.hold(stream)
        #expect(try wire.head(on: stream).status == 200)
        for number in 0..<50 { #expect(try wire.exchange("GET", "/item?n=\(number)").json["n"].int == number) }
        // What the sockets between them hold is all that the upstream got rid of.
        let given = try site.present("given")
        #expect(given - before < 32 << 20)
        for number in 0..<20 { #expect(try wire.exchange("GET", "/item?n=\(number)").json["n"].int == number) }
        #expect(try site.present("given") == given)
        try wire.reset(stream)
        #expect(try becomesPresent(0, in: "endless", within: 2))
    }
}
