import Foundation
import Testing

/// Services that the gateway starts, watches, restarts and takes with it.
@Suite struct ProcessTests {
    private static let script = Places.support.appending(path: "upstream.py").path
    private static let routes = #"[{"name": "all", "match": "/**", "to": "up", "auth": "none"}]"#

    private func gateway(_ service: String) throws -> GatewayProcess {
        try GatewayProcess(Setup(services: #"{"up": \#(service)}"#, routes: Self.routes))
    }

    private func running(_ instances: Int, more: String = "") throws -> GatewayProcess {
        try gateway(
            """
            {"run": {"command": ["python3", "\(Self.script)", "--port", "{port}"]\(more)}, "instances": \(instances),
                "health": {"path": "/health", "interval": "500ms", "fall": 2, "rise": 1, "slowStart": "0s"}}
            """)
    }

    private func exists(_ pid: pid_t) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return stat.split(separator: ")").last?.split(separator: " ").first != "Z"
    }

    @Test func `a command is run with its port, as often as asked, and gets the requests`() throws {
        let gateway = try running(2)
        #expect(becomesTrue { gateway.children(with: "upstream.py").count == 2 })
        #expect(try becomesTrue { try gateway.curl("/a").status == 200 })
    }

    @Test func `an instance that dies is replaced, and no request fails for it`() throws {
        let gateway = try running(2)
        #expect(try becomesTrue { try gateway.curl("/a").status == 200 })
        #expect(becomesTrue { gateway.children(with: "upstream.py").count == 2 })
        let victim = try #require(gateway.children(with: "upstream.py").first)
        let wire = try gateway.wire()
        kill(victim, SIGKILL)
        for _ in 0..<50 {
            #expect(try wire.exchange("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200)
        }
        #expect(
            becomesTrue {
                let now = gateway.children(with: "upstream.py")
                return now.count == 2 && !now.contains(victim)
            })
        #expect(try gateway.metric("gateway_process_restarts_total") ?? 0 >= 1)
        #expect(becomesTrue { gateway.logs.contains("\(victim)") || gateway.logs.lowercased().contains("kill") })
    }

    @Test func `a command that keeps failing is shown, with what it said, and harms nobody else`() throws {
        let gateway = try GatewayProcess(
            Setup(
                services: """
                    {"up": {"run": {"command": ["sh", "-c", "echo the reason is here >&2; exit 7", "{port}"]}},
                     "well": {"targets": ["\(Fixture.shared().upstream.url)"]}}
                    """,
                routes: """
                    [{"name": "ill", "match": "/ill", "to": "up", "auth": "none"},
                     {"name": "well", "match": "/well", "to": "well", "auth": "none"}]
                    """))
        #expect(try gateway.curl("/well").status == 200)
        #expect([502, 503].contains(try gateway.curl("/ill").status))
        #expect(
            try becomesTrue {
                let health = try gateway.admin("/health")
                return health.status == 200 && health.json["status"].string == "warn"
                    && health.text.contains("the reason is here") && health.text.contains("7")
            })
        #expect(try gateway.curl("/well").status == 200)
    }

    @Test func `a command that does not exist is said by name`() throws {
        let gateway = try gateway(#"{"run": {"command": ["/no/such/program", "{port}"]}}"#)
        #expect(becomesTrue { gateway.logs.contains("/no/such/program") })
        #expect([502, 503].contains(try gateway.curl("/a").status))
    }

    @Test func `the environment is given, and no secret of the gateway's`() throws {
        let gateway = try running(1, more: #", "env": {"COLOUR": "green"}"#)
        #expect(becomesTrue { gateway.children(with: "upstream.py").count == 1 })
        let child = try #require(gateway.children(with: "upstream.py").first)
        let environment = try Data(contentsOf: URL(filePath: "/proc/\(child)/environ"))
        #expect(environment.firstRange(of: Data("COLOUR=green".utf8)) != nil)
        #expect(environment.firstRange(of: Data(GatewayProcess.secret.utf8)) == nil)
        let line = try Data(contentsOf: URL(filePath: "/proc/\(child)/cmdline"))
        #expect(line.firstRange(of: Data(GatewayProcess.secret.utf8)) == nil)
    }

    @Test func `a child inherits no descriptor but its own`() throws {
        let gateway = try running(1)
        #expect(try becomesTrue { try gateway.curl("/a").status == 200 })
        let child = try #require(gateway.children(with: "upstream.py").first)
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(child)/fd")
        let links = descriptors.compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(child)/fd/\($0)")
        }
        #expect(!links.contains { $0.contains("epoll") || $0.contains("routes.json") || $0.contains(".key") })
        // Its standard streams, its listener, its connections; none of the gateway's.
        #expect(links.count < 12, "\(links)")
    }

    @Test func `no child outlives a gateway that was killed`() throws {
        let gateway = try running(2)
        #expect(becomesTrue { gateway.children(with: "upstream.py").count == 2 })
        let orphans = gateway.children(with: "upstream.py")
        gateway.process.end()
        #expect(becomesTrue { orphans.allSatisfy { !exists($0) } })
    }

    @Test func `children stop with the gateway, the stubborn ones too`() throws {
        let gateway = try gateway(
            """
            {"run": {"command": ["python3", "-c", "import signal, time; signal.signal(15, lambda *a: None)\\nwhile True: time.sleep(1)", "{port}"],
                "stopTimeout": "500ms"}}
            """)
        #expect(becomesTrue { gateway.children(with: "signal").count == 1 })
        let stubborn = gateway.children(with: "signal")
        gateway.process.signal(SIGTERM)
        #expect(gateway.process.wait(seconds: 20) == .exited(0))
        #expect(becomesTrue { stubborn.allSatisfy { !exists($0) } })
    }

    @Test func `a reload keeps processes whose definition did not change`() throws {
        let gateway = try running(1)
        #expect(try becomesTrue { try gateway.curl("/a").status == 200 })
        let before = gateway.children(with: "upstream.py")
        let text = gateway.folder.text(of: "routes.json")
        try gateway.folder.write(text.replacing(#""match": "/**""#, with: #""match": "/b/**""#), to: "routes.json")
        #expect(try gateway.admin("/reload", method: "POST").status == 200)
        #expect(try becomesTrue { try gateway.curl("/b/c").status == 200 })
        #expect(gateway.children(with: "upstream.py") == before)
    }
}
