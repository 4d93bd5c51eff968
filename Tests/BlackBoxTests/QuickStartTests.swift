import Foundation
import Testing

/// What the README promises, with the repository's own routes.json and the real services.
@Suite struct QuickStartTests {
    static let gateway = Result<GatewayProcess, any Error> { try GatewayProcess.withRepositoryConfiguration() }

    @Test func `the walk in the README works as it is written`() throws {
        let gateway = try Self.gateway.get()
        let readme = try String(contentsOf: Places.repository.appending(path: "README.md"), encoding: .utf8)
        let marked = try #require(
            readme.firstRange(of: "<!-- A test runs these lines as they are written. -->\n```sh\n"))
        let rest = readme[marked.upperBound...]
        let end = try #require(rest.firstRange(of: "\n```")).lowerBound
        let lines = String(rest[..<end]).replacing("https://localhost:8443", with: gateway.url)
        let walk = try Command.run(
            "/bin/bash", ["-euo", "pipefail", "-c", lines], folder: gateway.folder.path, environment: ["no_proxy": "*"])
        #expect(walk.status == 0, "\(walk.errors)")
        for part in ["carol", "Lamp", "19.99", "Desk lamp", "24.5", "\"status\""] {
            #expect(walk.text.contains(part), "\(part) in \(walk.text)")
        }
        #expect(walk.text.contains(/\n?20[04]\n/))
        #expect(walk.text.contains("401"))
    }

    @Test func `the repository's configuration is good, and its services are up`() throws {
        let gateway = try Self.gateway.get()
        #expect(try gateway.command("check").status == 0)
        #expect(try becomesTrue(within: 30) { try gateway.admin("/health").json["status"].string == "pass" })
        let services = try gateway.admin("/health").json["services"]
        #expect(services["products"]["endpoints"]["total"].int == 2)
        #expect(services["auth"]["endpoints"]["total"].int == 1)
    }

    @Test func `a newcomer is told what runs where, and what to try`() throws {
        let gateway = try Self.gateway.get()
        for part in ["https://localhost:\(gateway.ports.https)", "\(gateway.ports.admin)", "curl", "products"] {
            #expect(gateway.logs.contains(part), "\(part)")
        }
    }

    @Test func `products survive a kill of everything`() throws {
        let gateway = try GatewayProcess.withRepositoryConfiguration()
        let user = #"{"username": "dave", "password": "correct horse battery"}"#
        #expect(try gateway.curl("POST", "/register", json: user).status == 201)
        let token = try #require(try gateway.curl("POST", "/login", json: user).json["access_token"].string)
        let made = try gateway.curl(
            "POST", "/products", token: token, json: #"{"name": "Kettle", "price": 39.5, "category": "Kitchen"}"#)
        #expect(made.status == 201)
        let place = try #require(made["Location"])
        let path = place.hasPrefix("http") ? URL(string: place)!.path : place

        gateway.process.end()
        try gateway.restart()
        #expect(try becomesTrue { try gateway.curl(path, token: token).status == 200 })
        let kept = try gateway.curl(path, token: token)
        #expect(kept.text.contains("Kettle"))
    }

    @Test func `under load a killed instance of products costs no request that may be retried, and is back at once`()
        throws
    {
        let gateway = try GatewayProcess.withRepositoryConfiguration(isUnlimited: true)
        let user = #"{"username": "erin", "password": "correct horse battery"}"#
        _ = try gateway.curl("POST", "/register", json: user)
        let token = try #require(try gateway.curl("POST", "/login", json: user).json["access_token"].string)
        func healthy() throws -> Int? {
            try gateway.admin("/health").json["services"]["products"]["endpoints"]["healthy"].int
        }
        #expect(try becomesTrue(within: 30) { try healthy() == 2 })
        let victim = try #require(gateway.children(with: "products").first)
        let load = gateway.load("/products", connections: 8, "--seconds", "5", "--token", token)
        #expect(try becomesTrue { try gateway.metric("gateway_requests_total", #"service="products""#) ?? 0 > 50 })
        kill(victim, SIGKILL)
        let killed = ContinuousClock.now
        #expect(becomesTrue { !gateway.children(with: "products").contains(victim) })
        #expect(try becomesTrue { try healthy() == 2 })
        // A second on an idle machine; tests share theirs.
        #expect(ContinuousClock.now - killed < .seconds(4))
        let result = try load.value()
        #expect(result.lost.isEmpty, "\(result)")
        #expect(result.statuses.keys.sorted() == [200], "\(result)")
    }
}
