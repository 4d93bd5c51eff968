import Foundation
import Testing

/// Connections with many requests at once end, and live on, without losing one: RFC 9113, section 6.8.
@Suite(.enabled(if: Places.hasPyPI, "PyPI was out of reach: run make test where it is not"))
struct HTTP2LifecycleTests {
    let upstream: Upstream

    init() throws {
        upstream = try Upstream()
    }

    private static func routes(_ names: String...) -> String {
        "["
            + names.map { #"{"name": "\#($0)", "match": "/\#($0)", "to": "up", "auth": "none"}"# }.joined(
                separator: ",\n")
            + "]"
    }

    private func gateway(
        timeouts: String = #"{"drainDelay": "500ms", "drain": "10s"}"#, limits: String? = nil
    ) throws -> GatewayProcess {
        var setup = Setup.forwarding(to: upstream, routes: Self.routes("a"))
        setup.extra["timeouts"] = timeouts
        setup.extra["limits"] = limits
        return try GatewayProcess(setup)
    }

    private func reload(_ gateway: GatewayProcess, _ routes: String) throws {
        let text = Setup.forwarding(to: upstream, routes: routes).text(ports: gateway.ports)
        // Beside it and renamed, as editors do.
        try gateway.folder.write(text, to: "routes.json.new")
        rename(gateway.folder.file("routes.json.new").path, gateway.folder.file("routes.json").path)
        #expect(try gateway.admin("/reload", method: "POST").status == 200)
    }

    @Test func `on shutdown GOAWAY is announced, and what is in flight is finished`() throws {
        let gateway = try gateway()
        let wire = try HTTP2Wire(gateway)
        let streams = try (0..<5).map { _ in try wire.open("GET", "/a?delay=2000") }
        #expect(try becomesTrue { try gateway.metric("gateway_requests_in_flight") ?? 0 >= 5 })
        gateway.process.signal(SIGTERM)
        for stream in streams { #expect(try wire.answer(on: stream).status == 200) }
        try wire.wait(for: "the end") { wire.isClosed ? () : nil }
        #expect(wire.goAways.allSatisfy { $0.code == 0 })
        #expect(wire.goAways.first?.lastStream == Int(Int32.max))
        #expect(wire.goAways.last?.lastStream == streams.last)
        #expect(gateway.process.wait(seconds: 15) == .exited(0))
    }

    @Test func `an idle connection is told, and closed`() throws {
        let gateway = try gateway(timeouts: #"{"drainDelay": "100ms", "drain": "20s"}"#)
        let wire = try HTTP2Wire(gateway)
        #expect(try wire.exchange("GET", "/a").status == 200)
        gateway.process.signal(SIGTERM)
        try wire.wait(for: "the end", seconds: 5) { wire.isClosed ? () : nil }
        #expect(wire.goAways.last?.code == 0)
        #expect(gateway.process.wait(seconds: 5) == .exited(0))
    }

    @Test func `under load no request is lost on shutdown`() throws {
        let gateway = try gateway(timeouts: #"{"drainDelay": "1s", "drain": "10s"}"#)
        let load = gateway.load("/a?delay=20", connections: 8, streams: 25, "--seconds", "30")
        #expect(try becomesTrue { try upstream.requests() > 500 })
        gateway.process.signal(SIGTERM)
        let result = try load.value()
        #expect(result.lost.isEmpty, "\(result)")
        #expect(result.statuses.keys.sorted() == [200], "\(result)")
        #expect(gateway.process.wait(seconds: 15) == .exited(0))
        #expect(!gateway.folder.text(of: "stderr.log").contains("cut"))
    }

    @Test func `under load no request is lost in twenty reloads, and no connection ends`() throws {
        let gateway = try gateway()
        let load = gateway.load("/a?delay=300", connections: 8, streams: 25, "--requests", "10")
        #expect(try becomesTrue { try gateway.metric("gateway_requests_in_flight") ?? 0 >= 100 })
        for round in 0..<20 { try reload(gateway, round.isMultiple(of: 2) ? Self.routes("a", "b") : Self.routes("a")) }
        #expect(!load.isDone, "the reloads came too late")
        let result = try load.value()
        #expect(result.statuses == [200: 2000], "\(result)")
        #expect(result.lost.isEmpty && JSON(result.description)["refused"].keys.isEmpty, "\(result)")
    }

    @Test func `a connection sees the routes of the last reload`() throws {
        let gateway = try gateway()
        let wire = try HTTP2Wire(gateway)
        #expect(try wire.exchange("GET", "/b").status == 404)
        let waiting = try wire.open("GET", "/a?delay=1000")
        #expect(try becomesTrue { try gateway.metric("gateway_requests_in_flight") ?? 0 >= 1 })
        try reload(gateway, Self.routes("b"))
        #expect(try wire.exchange("GET", "/b").status == 200)
        #expect(try wire.exchange("GET", "/a").status == 404)
        #expect(try wire.answer(on: waiting).status == 200)
        #expect(wire.goAways.isEmpty)
    }

    @Test func `a connection that has had its share of requests is replaced, and none is lost`() throws {
        let gateway = try gateway(limits: #"{"requestsPerConnection": 20}"#)
        let result = try gateway.load("/a?delay=5", connections: 2, streams: 10, "--requests", "20").value()
        #expect(result.statuses == [200: 400], "\(result)")
        #expect(result.lost.isEmpty, "\(result)")

        let wire = try HTTP2Wire(gateway)
        let streams = try (0..<20).map { _ in try wire.open("GET", "/a") }
        for stream in streams { #expect(try wire.answer(on: stream).status == 200) }
        try wire.wait(for: "GOAWAY") { wire.goAways.isEmpty ? nil : () }
        #expect(wire.goAways.allSatisfy { $0.code == 0 })
    }

    @Test func `a connection on which nothing happens is closed with GOAWAY`() throws {
        let gateway = try gateway(timeouts: #"{"keepAliveIdle": "500ms"}"#)
        let wire = try HTTP2Wire(gateway)
        #expect(try wire.exchange("GET", "/a?delay=1000").status == 200, "a request in flight is something")
        try wire.wait(for: "the end", seconds: 10) { wire.isClosed ? () : nil }
        #expect(wire.goAways.last?.code == 0)
    }

    @Test func `what takes too long is cut at the end of the drain`() throws {
        let gateway = try gateway(timeouts: #"{"drainDelay": "100ms", "drain": "500ms"}"#)
        let wire = try HTTP2Wire(gateway)
        _ = try wire.open("GET", "/a?delay=8000")
        #expect(try becomesTrue { try gateway.metric("gateway_requests_in_flight") ?? 0 >= 1 })
        gateway.process.signal(SIGTERM)
        #expect(gateway.process.wait(seconds: 6) != nil)
    }
}
