import Foundation
import Testing

/// `/health`, for people, load balancers and service managers.
@Suite struct HealthTests {
    let fixture: Fixture

    init() throws {
        fixture = try Fixture.shared()
    }

    var gateway: GatewayProcess { fixture.gateway }

    @Test func `the whole picture is there`() throws {
        let answer = try gateway.admin("/health")
        #expect(answer.status == 200)
        #expect(answer["Content-Type"]?.hasPrefix("application/health+json") == true)
        let health = answer.json
        #expect(["pass", "warn"].contains(health["status"].string))
        #expect(health["version"].exists)
        #expect(health["uptime"].exists)
        for key in ["generation", "hash", "loadedAt"] { #expect(health["config"][key].exists, "\(key)") }
        #expect(health["services"]["up"]["endpoints"]["total"].int == 1)
        #expect(health["services"]["up"]["breaker"].exists)
    }

    @Test(arguments: ["/health/live", "/health/ready"])
    func `liveness and readiness are there`(path: String) throws {
        #expect(try gateway.admin(path).status == 200)
    }

    @Test(arguments: ["/health", "/metrics"])
    func `the public listener shows them to this machine`(path: String) throws {
        #expect(try gateway.curl(path).status == 200)
    }

    @Test func `and to nobody else`() throws {
        var setup = Setup.forwarding(
            to: fixture.upstream, routes: #"[{"name": "a", "match": "/a", "to": "up", "auth": "none"}]"#)
        setup.extra["admin"] = #"{"allow": ["192.0.2.0/24"]}"#
        let closed = try GatewayProcess(setup)
        for path in ["/health", "/metrics"] { #expect(try closed.curl(path).status == 404) }
    }

    @Test(arguments: ["/reload", "/routes", "/"])
    func `nothing else of the admin listener is public`(path: String) throws {
        #expect([401, 404].contains(try gateway.curl(path, "--request", "POST").status))
    }

    @Test func `the dashboard is one page that needs nothing from elsewhere`() throws {
        let answer = try gateway.admin("/")
        #expect(answer.status == 200)
        #expect(answer["Content-Type"]?.hasPrefix("text/html") == true)
        #expect(!answer.text.contains("src=\"http"))
        #expect(!answer.text.contains("href=\"http"))
    }

    @Test func `the effective table shows no secret`() throws {
        let routes = try gateway.admin("/routes")
        #expect(routes.status == 200)
        #expect(routes.text.contains("private"))
        #expect(!routes.text.contains(GatewayProcess.secret))
        let command = try gateway.command("routes")
        #expect(command.status == 0)
        #expect(command.text.contains("private"))
        #expect(!command.allText.contains(GatewayProcess.secret))
    }

    @Test(arguments: ["GET", "DELETE"])
    func `a reload must be asked for with POST`(method: String) throws {
        #expect(try gateway.admin("/reload", method: method).status == 405)
    }

    @Test func `a page of another site cannot reload: a foreign Host or Origin is refused`() throws {
        let wire = try Wire(port: gateway.ports.admin)
        let answer = try wire.exchange(
            "POST /reload HTTP/1.1\r\nHost: evil.test\r\nOrigin: https://evil.test\r\nContent-Length: 0\r\n\r\n")
        #expect((400..<500).contains(answer.status))
    }
}
