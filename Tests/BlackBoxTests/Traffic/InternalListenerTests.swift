import Foundation
import Testing

/// Services ask each other through the gateway: with all that clients' requests get, and by nobody else.
@Suite struct InternalListenerTests {
    /// A gateway with a service that asks others, in front of an upstream called `products`.
    private func gateway(
        _ upstream: Upstream, listen: String = "", services: String = "", settings: String = ""
    ) throws -> GatewayProcess {
        let caller = Places.support.appending(path: "caller.py").path
        let setup = Setup(
            services: """
                {"products": {"targets": "\(upstream.url)"\(settings)}\(services),
                 "caller": {"run": ["python3", "\(caller)", "--port", "{port}"],
                     "health": {"path": "/", "interval": "500ms", "rise": 1, "slowStart": "0s"}}}
                """,
            routes: #"[{"name": "caller", "match": "/ask", "to": "caller", "auth": "none"}]"#)
        let gateway = try GatewayProcess(folder: nil) { ports in
            setup.text(ports: ports).replacing(#""admin": "#, with: listen + #""admin": "#)
        }
        guard try becomesTrue({ try gateway.admin("/health").json["status"].string == "pass" }) else {
            throw HarnessError("the caller did not come up: \(gateway.logs.suffix(2000))")
        }
        return gateway
    }

    /// The upstream's answer to the request that the caller made.
    private func ask(_ gateway: GatewayProcess, _ path: String, of service: String = "products") throws -> JSON {
        let answer = try gateway.curl("/ask?of=\(service)&path=\(path)")
        #expect(answer.status == 200)
        return answer.json
    }

    @Test func `a service asks another by name, and the answer comes from it`() throws {
        let upstream = try Upstream(name: "the products")
        let gateway = try gateway(upstream)
        let answer = try ask(gateway, "/products/1")
        #expect(answer["status"].int == 200)
        let seen = JSON(answer["body"].string ?? "")
        #expect(seen["upstream"].string == "the products")
        #expect(seen["line"].string == "GET /products/1 HTTP/1.1")
    }

    @Test(arguments: ["nobody.internal", "products", "products.test", "localhost", "caller.products.internal"])
    func `any other host is 404`(host: String) throws {
        let upstream = try Upstream()
        let gateway = try gateway(upstream)
        let answer = try gateway.askInside("http://\(host)/a")
        #expect(answer.status == 404)
        #expect(answer.reason == "route_not_found")
    }

    @Test func `clients cannot name a service`() throws {
        let upstream = try Upstream()
        let gateway = try gateway(upstream)
        let before = try upstream.requests()
        for host in ["products.internal", "PRODUCTS.INTERNAL", "products.internal:\(gateway.ports.https)"] {
            #expect(try gateway.curl("/a", "--header", "Host: \(host)").status == 404)
        }
        // Over HTTP/2 as well, and over the plain listener, which only redirects.
        #expect(try gateway.curl("/a", "--http2", "--header", "Host: products.internal").status == 404)
        let plain = try Wire(port: gateway.ports.http).exchange("GET /a HTTP/1.1\r\nHost: products.internal\r\n\r\n")
        #expect(plain.status == 308)
        #expect(try upstream.requests() - before <= 1, "the check of its health alone")
    }

    @Test func `an endpoint that is dead costs a second try and no failure`() throws {
        let dead = try Sockets.freePort()
        let upstream = try Upstream(name: "alive")
        let gateway = try gateway(
            upstream,
            services: """
                , "pair": {"targets": ["http://127.0.0.1:\(dead)", "\(upstream.url)"], "health": "none",
                    "balance": "round-robin", "ejection": "none", "breaker": "none"}
                """)
        for number in 0..<6 {
            let answer = try gateway.askInside("http://pair.internal/a", "--header", "X-Request-Id: pair-\(number)")
            #expect(answer.status == 200)
            #expect(answer.json["upstream"].string == "alive")
        }
        let attempts = (0..<6).compactMap { gateway.accessLogLine(requestID: "pair-\($0)")?["attempts"].int }
        #expect(attempts.contains(2))
    }

    @Test func `the breaker is the service's, whoever asks`() throws {
        let upstream = try Upstream()
        let breaker = #"{"errorRate": 0.5, "minRequests": 5, "window": "10s", "open": "30s"}"#
        let gateway = try gateway(upstream, settings: #", "breaker": \#(breaker), "ejection": "none""#)
        try upstream.setStatus(503)
        let isOpen = try becomesTrue {
            try gateway.askInside("http://products.internal/a").reason == "circuit_open"
        }
        #expect(isOpen)
        #expect(try ask(gateway, "/a")["status"].int == 503)
    }

    @Test func `a request inside has its line in the log, and its series`() throws {
        let upstream = try Upstream()
        let gateway = try gateway(upstream)
        let id = "inside-\(UUID().uuidString)"
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let answer = try gateway.askInside(
            "http://products.internal/a?b=c", "--header", "X-Request-Id: \(id)", "--header", "traceparent: \(trace)")
        #expect(answer.json["fields"].description.contains(id))
        let line = try #require(gateway.accessLogLine(requestID: id))
        #expect(line["route"].string == "internal")
        #expect(line["service"].string == "products")
        #expect(line["clientIp"].string == "unix")
        #expect(line["host"].string == "products.internal")
        #expect(line["path"].string == "/a")
        #expect(line["traceId"].string == "0af7651916cd43dd8448eb211c80319c")
        #expect(line["attempts"].int == 1)
        #expect(try gateway.metric("gateway_requests_total", #"route="internal""#, #"service="products""#) ?? 0 >= 1)
    }

    @Test func `the socket is for the gateway's own user only`() throws {
        let upstream = try Upstream()
        let gateway = try gateway(upstream)
        let files = FileManager.default
        let socket = try files.attributesOfItem(atPath: gateway.internalSocket.path)
        #expect(socket[.type] as? FileAttributeType == .typeSocket)
        #expect(socket[.posixPermissions] as? Int == 0o600)
        let folder = try files.attributesOfItem(atPath: gateway.internalSocket.deletingLastPathComponent().path)
        #expect(folder[.posixPermissions] as? Int == 0o700)
    }

    @Test func `processes are told where it is, and nothing when it is off`() throws {
        let upstream = try Upstream()
        let on = try gateway(upstream, services: #", "stock": {"handler": "products"}"#)
        #expect(becomesTrue { !on.children(with: "caller.py").isEmpty && !on.children(with: "stock.db").isEmpty })
        for child in ["caller.py", "products.db", "stock.db"].flatMap({ on.children(with: $0) }) {
            let environment = try String(contentsOfFile: "/proc/\(child)/environ", encoding: .utf8)
            #expect(environment.contains("GATEWAY_INTERNAL=unix:\(on.internalSocket.path)\0"))
        }
        #expect(on.children(with: "stock.db").count == 1)
        let off = try gateway(upstream, listen: #""internal": "off", "#)
        #expect(becomesTrue { !off.children(with: "caller.py").isEmpty })
        let child = try #require(off.children(with: "caller.py").first)
        let environment = try String(contentsOfFile: "/proc/\(child)/environ", encoding: .utf8)
        #expect(!environment.contains("GATEWAY_INTERNAL"))
        #expect(!FileManager.default.fileExists(atPath: off.internalSocket.path))
    }

    @Test func `a port of this machine does as well`() throws {
        let port = try Sockets.freePort()
        let upstream = try Upstream(name: "tcp")
        let gateway = try gateway(upstream, listen: #""internal": "127.0.0.1:\#(port)", "#)
        #expect(JSON(try ask(gateway, "/a")["body"].string ?? "")["upstream"].string == "tcp")
        let answer = try Wire(port: port).exchange("GET /a HTTP/1.1\r\nHost: products.internal:\(port)\r\n\r\n")
        #expect(answer.status == 200)
    }

    @Test func `a reload keeps it, and its connections`() throws {
        let upstream = try Upstream(name: "still")
        let gateway = try gateway(upstream)
        let before = try FileManager.default.attributesOfItem(atPath: gateway.internalSocket.path)
        #expect(becomesTrue { gateway.children(with: "caller.py").count == 1 })
        let children = gateway.children(with: "caller.py")
        let text = gateway.folder.text(of: "routes.json")
        let more = text.replacing(
            #""routes": ["#, with: #""routes": [{"name": "n", "match": "/new", "to": "caller"}, "#)
        try gateway.folder.write(more, to: "routes.json")
        #expect(try gateway.admin("/reload", method: "POST").status == 200)
        let after = try FileManager.default.attributesOfItem(atPath: gateway.internalSocket.path)
        #expect(before[.systemFileNumber] as? Int == after[.systemFileNumber] as? Int)
        #expect(JSON(try ask(gateway, "/a")["body"].string ?? "")["upstream"].string == "still")
        #expect(gateway.children(with: "caller.py") == children)

        // Off and on again: the processes are replaced by such that know where it is.
        try gateway.folder.write(
            more.replacing(#""admin": "#, with: #""internal": "off", "admin": "#), to: "routes.json")
        #expect(try gateway.admin("/reload", method: "POST").status == 200)
        #expect(becomesTrue { (try? gateway.askInside("http://products.internal/a")) == nil })
        try gateway.folder.write(more, to: "routes.json")
        #expect(try gateway.admin("/reload", method: "POST").status == 200)
        #expect(try gateway.askInside("http://products.internal/a").status == 200)
        #expect(try becomesTrue(within: 30) { try ask(gateway, "/a")["status"].int == 200 })
    }

    @Test func `a request that is in flight at the end can still ask`() throws {
        let upstream = try Upstream()
        let gateway = try gateway(upstream)
        let answer = Background { try gateway.curl("/ask?of=products&path=/late&delay=2000") }
        #expect(try becomesTrue { try gateway.metric("gateway_requests_in_flight") ?? 0 >= 1 })
        gateway.process.signal(SIGTERM)
        let result = try answer.value()
        #expect(result.json["status"].int == 200)
        #expect(JSON(result.json["body"].string ?? "")["line"].string == "GET /late HTTP/1.1")
        #expect(gateway.process.wait(seconds: 20) == .exited(0))
    }
}

extension GatewayProcess {
    /// Where services ask each other, when the configuration says nothing of it.
    fileprivate var internalSocket: URL { folder.file("var/run/internal.sock") }

    /// A request to the internal listener.
    fileprivate func askInside(_ url: String, _ options: String...) throws -> Answer {
        let fixed = ["--silent", "--show-error", "--include", "--max-time", "30", "--unix-socket", internalSocket.path]
        let command = try Command.run(Places.curl, fixed + options + [url])
        let output = command.output
        guard command.status == 0, let end = output.firstRange(of: Data("\r\n\r\n".utf8)) else {
            throw HarnessError("curl \(url): \(command.ending) \(command.errors)")
        }
        return try Answer(
            head: String(decoding: output[..<end.lowerBound], as: UTF8.self), body: Data(output[end.upperBound...]))
    }
}
