import Foundation
import Testing

/// The configuration changes while the gateway runs, wholly or not at all.
@Suite struct ReloadTests {
    let upstream: Upstream

    init() throws {
        upstream = try Upstream()
    }

    private func routes(_ names: String..., limit: String = "none") -> String {
        "["
            + names.map {
                #"{"name": "\#($0)", "match": "/\#($0)", "to": "up", "auth": "none", "rateLimit": "\#(limit)"}"#
            }.joined(separator: ",\n") + "]"
    }

    private func gateway(_ routes: String) throws -> GatewayProcess {
        try GatewayProcess(.forwarding(to: upstream, routes: routes))
    }

    private func write(_ routes: String, to gateway: GatewayProcess) throws {
        let text = Setup.forwarding(to: upstream, routes: routes).text(ports: gateway.ports)
        // Beside it and renamed, as editors do.
        try gateway.folder.write(text, to: "routes.json.new")
        rename(gateway.folder.file("routes.json.new").path, gateway.folder.file("routes.json").path)
    }

    private func generation(_ gateway: GatewayProcess) throws -> Int {
        try gateway.admin("/health").json["config"]["generation"].int ?? -1
    }

    @Test func `a changed file is noticed and applied`() throws {
        let gateway = try gateway(routes("one"))
        #expect(try gateway.curl("/two").status == 404)
        try write(routes("one", "two"), to: gateway)
        #expect(try becomesTrue { try gateway.curl("/two").status == 200 })
    }

    @Test func `a file rewritten in place is noticed too`() throws {
        let gateway = try gateway(routes("one"))
        let text = Setup.forwarding(to: upstream, routes: routes("two")).text(ports: gateway.ports)
        let handle = try FileHandle(forWritingTo: gateway.folder.file("routes.json"))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
        #expect(try becomesTrue { try gateway.curl("/two").status == 200 })
        #expect(try gateway.curl("/one").status == 404)
    }

    @Test(arguments: ["SIGHUP", "POST", "command"])
    func `each way of asking for a reload works`(way: String) throws {
        let gateway = try gateway(routes("one"))
        let before = try generation(gateway)
        try write(routes("two"), to: gateway)
        switch way {
        case "SIGHUP": gateway.process.signal(SIGHUP)
        case "POST": #expect(try gateway.admin("/reload", method: "POST").status == 200)
        default: #expect(try gateway.command("reload").status == 0)
        }
        #expect(try becomesTrue { try gateway.curl("/two").status == 200 })
        #expect(try generation(gateway) > before)
    }

    @Test func `a mistake changes nothing, and says what and where`() throws {
        let gateway = try gateway(routes("one"))
        let before = try generation(gateway)
        try write(routes("one", "two").replacing(#""match": "/two""#, with: #""mtach": "/two""#), to: gateway)
        let answer = try gateway.admin("/reload", method: "POST")
        #expect((400..<500).contains(answer.status))
        #expect(answer.text.contains("mtach"))
        #expect(answer.text.contains(/routes\.json:\d+:\d+|"line":\s*\d+/))
        #expect(try gateway.curl("/one").status == 200)
        #expect(try gateway.curl("/two").status == 404)
        #expect(try generation(gateway) == before)
        #expect(try gateway.metric("gateway_config_last_reload_successful") == 0)
        #expect(try gateway.admin("/health").json["config"]["lastError"].exists)
        #expect(becomesTrue { gateway.logs.contains("mtach") })
        #expect(try gateway.command("reload").status != 0)

        try write(routes("one", "two"), to: gateway)
        #expect(try becomesTrue { try gateway.curl("/two").status == 200 })
        #expect(try gateway.metric("gateway_config_last_reload_successful") == 1)
    }

    @Test(arguments: ["", "{", "{\"listen\": ", "null", "[]", "\u{0}"])
    func `a half-written file changes nothing`(text: String) throws {
        let gateway = try gateway(routes("one"))
        try gateway.folder.write(text, to: "routes.json")
        #expect((400..<500).contains(try gateway.admin("/reload", method: "POST").status))
        #expect(try gateway.curl("/one").status == 200)
    }

    @Test func `a file that is gone changes nothing`() throws {
        let gateway = try gateway(routes("one"))
        try FileManager.default.removeItem(at: gateway.folder.file("routes.json"))
        #expect(try gateway.admin("/reload", method: "POST").status >= 400)
        #expect(try gateway.curl("/one").status == 200)
    }

    @Test func `a dry run says what would be and does nothing`() throws {
        let gateway = try gateway(routes("one"))
        let before = try generation(gateway)
        // The watch would apply it: a file that it does not know is asked about instead.
        let answer = try gateway.admin("/reload?dryRun=1", method: "POST")
        #expect(answer.status == 200)
        #expect(try generation(gateway) == before)
    }

    @Test func `requests in flight survive a reload, keep-alive connections too`() throws {
        let gateway = try gateway(routes("one"))
        let wire = try gateway.wire()
        let waiting = Background { [gateway] in try gateway.curl("/one?delay=2000").status }
        #expect(try becomesTrue { try gateway.metric("gateway_requests_in_flight") ?? 0 >= 1 })
        try write(routes("two"), to: gateway)
        #expect(try gateway.admin("/reload", method: "POST").status == 200)
        #expect(try wire.exchange("GET /two HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200)
        #expect(try wire.exchange("GET /one HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 404)
        #expect(try waiting.value() == 200)
    }

    @Test func `two hundred requests in flight pass through twenty reloads, and none is lost`() throws {
        let gateway = try gateway(routes("one"))
        let load = gateway.load("/one?delay=300", connections: 200, "--requests", "10")
        #expect(try becomesTrue { try gateway.metric("gateway_requests_in_flight") ?? 0 >= 100 })
        for round in 0..<20 {
            try write(round.isMultiple(of: 2) ? routes("one", "two") : routes("one"), to: gateway)
            #expect(try gateway.admin("/reload", method: "POST").status == 200)
        }
        #expect(!load.isDone, "the reloads came too late")
        let result = try load.value()
        #expect(result.statuses == [200: 2000])
        #expect(result.lost.isEmpty, "\(result)")
        #expect(try generation(gateway) >= 20)
    }

    @Test func `a bucket stays as full as it was`() throws {
        let gateway = try gateway(routes("one", limit: "1/h per ip burst 2"))
        #expect(try (0..<3).map { _ in try gateway.curl("/one").status } == [200, 200, 429])
        try write(routes("one", "two", limit: "1/h per ip burst 2"), to: gateway)
        #expect(try gateway.admin("/reload", method: "POST").status == 200)
        #expect(try gateway.curl("/two").status == 200)
        #expect(try gateway.curl("/one").status == 429)
    }

    @Test func `counters go on, those of a removed route go away`() throws {
        let gateway = try gateway(routes("one", "two"))
        _ = try (gateway.curl("/one"), gateway.curl("/two"))
        #expect(try becomesTrue { try gateway.metric("gateway_requests_total", #"route="one""#) == 1 })
        #expect(try gateway.metric("gateway_requests_total", #"route="two""#) == 1)
        try write(routes("one"), to: gateway)
        #expect(try gateway.admin("/reload", method: "POST").status == 200)
        #expect(try gateway.metric("gateway_requests_total", #"route="one""#) == 1)
        #expect(try becomesTrue { try gateway.metric("gateway_requests_total", #"route="two""#) == nil })
    }

    @Test func `a listener can move`() throws {
        let gateway = try gateway(routes("one"))
        let port = try Sockets.freePort()
        let text = Setup.forwarding(to: upstream, routes: routes("one")).text(ports: gateway.ports)
        try gateway.folder.write(text.replacing(":\(gateway.ports.https)", with: ":\(port)"), to: "routes.json")
        _ = try gateway.admin("/reload", method: "POST")
        #expect(
            try becomesTrue {
                let wire = try? Wire(tlsPort: port, authority: gateway.authority)
                return try wire?.exchange("GET /one HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200
            })
        #expect(becomesTrue { (try? Sockets.connect(port: gateway.ports.https).closeAtOnce()) == nil })
    }

    @Test func `a port that is taken keeps everything as it was`() throws {
        let gateway = try gateway(routes("one"))
        let text = Setup.forwarding(to: upstream, routes: routes("one", "two")).text(ports: gateway.ports)
        try gateway.folder.write(
            text.replacing(":\(gateway.ports.https)", with: ":\(upstream.port)"), to: "routes.json")
        #expect(try gateway.admin("/reload", method: "POST").status >= 400)
        #expect(try gateway.curl("/one").status == 200)
    }
}

extension Int32 {
    fileprivate func closeAtOnce() {
        close(self)
    }
}
