import Foundation
import Testing

/// Stopping cuts nobody off.
@Suite struct ShutdownTests {
    let upstream: Upstream

    init() throws {
        upstream = try Upstream()
    }

    private static let routes = #"[{"name": "all", "match": "/**", "to": "up", "auth": "none"}]"#

    private func gateway(drain: String = #"{"drainDelay": "500ms", "drain": "10s"}"#) throws -> GatewayProcess {
        var setup = Setup.forwarding(to: upstream, routes: Self.routes)
        setup.extra["timeouts"] = drain
        return try GatewayProcess(setup)
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `requests in flight are finished, then it ends`(signal: Int32) throws {
        let gateway = try gateway()
        let waiting = Background { [gateway] in try gateway.curl("/a?delay=2000").status }
        #expect(try becomesTrue { try gateway.metric("gateway_requests_in_flight") ?? 0 >= 1 })
        gateway.process.signal(signal)
        #expect(try waiting.value() == 200)
        #expect(gateway.process.wait(seconds: 15) == .exited(0))
    }

    @Test func `readiness ends first, so that a load balancer can notice`() throws {
        let gateway = try gateway(drain: #"{"drainDelay": "2s", "drain": "10s"}"#)
        gateway.process.signal(SIGTERM)
        #expect(try becomesTrue(within: 2) { try gateway.admin("/health/ready").status == 503 })
        #expect(try gateway.admin("/health/live").status == 200)
        #expect(try gateway.curl("/a").status == 200, "requests are still taken for a while")
        #expect(gateway.process.wait(seconds: 15) == .exited(0))
    }

    @Test func `kept connections end with their current request, new ones are not taken`() throws {
        let gateway = try gateway()
        let idle = try gateway.wire()
        #expect(try idle.exchange("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200)
        let busy = try gateway.wire()
        busy.send("GET /a?delay=2500 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try becomesTrue { try gateway.metric("gateway_requests_in_flight") ?? 0 >= 1 })
        gateway.process.signal(SIGTERM)
        #expect(idle.closes(within: 5))
        let refused = becomesTrue(within: 2) {
            guard let descriptor = try? Sockets.connect(port: gateway.ports.https) else { return true }
            close(descriptor)
            return false
        }
        #expect(refused)
        let answer = try busy.readAnswer()
        #expect(answer.status == 200)
        #expect(answer["Connection"]?.lowercased() == "close")
        #expect(gateway.process.wait(seconds: 15) == .exited(0))
    }

    @Test func `under load no request is cut`() throws {
        let gateway = try gateway()
        let workers = (0..<6).map { _ in
            Background { [gateway] in
                var statuses: [Int] = []
                // A connection is used until the gateway says that it closes it; then the worker is done.
                let wire = try gateway.wire()
                while true {
                    guard wire.send("GET /a?delay=10 HTTP/1.1\r\nHost: localhost\r\n\r\n") else { return statuses }
                    let answer = try wire.readAnswer()
                    statuses.append(answer.status)
                    if answer["Connection"]?.lowercased() == "close" { return statuses }
                }
            }
        }
        #expect(try becomesTrue { try upstream.requests() > 50 })
        gateway.process.signal(SIGTERM)
        for worker in workers { #expect(try worker.value().allSatisfy { $0 == 200 }) }
        #expect(gateway.process.wait(seconds: 15) == .exited(0))
    }

    @Test(arguments: [[], ["--once"]])
    func `nor of clients that come as long as the door is open`(options: [String]) throws {
        let gateway = try gateway(drain: #"{"drainDelay": "1s", "drain": "10s"}"#)
        let load = gateway.load(
            "/a?delay=20", connections: 20, "--seconds", "20", options.first ?? "--connections=20")
        #expect(try becomesTrue { try upstream.requests() > 100 })
        gateway.process.signal(SIGTERM)
        let result = try load.value()
        #expect(result.lost.isEmpty, "\(result)")
        #expect(result.statuses.keys.sorted() == [200], "\(result)")
        #expect(gateway.process.wait(seconds: 15) == .exited(0))
        #expect(!gateway.folder.text(of: "stderr.log").contains("cut"))
    }

    @Test func `what takes too long is cut`() throws {
        let gateway = try gateway(drain: #"{"drainDelay": "100ms", "drain": "500ms"}"#)
        let wire = try gateway.wire()
        wire.send("GET /a?delay=8000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try becomesTrue { try gateway.metric("gateway_requests_in_flight") ?? 0 >= 1 })
        gateway.process.signal(SIGTERM)
        #expect(gateway.process.wait(seconds: 6) != nil)
    }

    @Test func `a second signal stops at once`() throws {
        let gateway = try gateway(drain: #"{"drainDelay": "20s", "drain": "20s"}"#)
        gateway.process.signal(SIGTERM)
        #expect(try becomesTrue { try gateway.admin("/health/ready").status == 503 })
        gateway.process.signal(SIGTERM)
        #expect(gateway.process.wait(seconds: 8) != nil)
    }

    @Test func `it starts again on the same ports`() throws {
        let gateway = try gateway()
        let wire = try gateway.wire()
        #expect(try wire.exchange("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200)
        gateway.process.end()
        try gateway.restart()
        #expect(try gateway.curl("/a").status == 200)
    }
}
