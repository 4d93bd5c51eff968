import Foundation
import Testing

/// What runs out comes back, and nothing is broken by it.
@Suite struct ExhaustionTests {
    @Test func `without descriptors it accepts no more, keeps who is there, and recovers`() throws {
        let upstream = try Upstream()
        let gateway = try GatewayProcess(
            .forwarding(to: upstream, routes: #"[{"name": "all", "match": "/**", "to": "up", "auth": "none"}]"#))
        let kept = try gateway.wire()
        #expect(try kept.exchange("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200)

        let limit = gateway.descriptorCount + 20
        let limited = try Command.run("/usr/bin/prlimit", ["--pid", "\(gateway.process.pid)", "--nofile=\(limit)"])
        #expect(limited.status == 0, "\(limited.allText)")
        var flood = try (0..<100).map { _ in try Wire(port: gateway.ports.https) }
        #expect(becomesTrue { gateway.logs.contains("out of descriptors") })
        for _ in 0..<20 {
            #expect(try kept.exchange("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200)
        }

        flood.removeAll()
        #expect(try gateway.curl("/a").status == 200)
        #expect(try gateway.admin("/health").json["status"].string == "pass", "that was no fault of the upstream's")
        #expect(try gateway.metric("gateway_upstream_errors_total") ?? 0 == 0)
    }

    @Test(.enabled(if: ExhaustionTests.hasNamespaces, "this machine gives tests no mounts of their own"))
    func `a full disk costs writes, not the gateway nor what was stored`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(at: folder.file("disk"), withIntermediateDirectories: false)
        let setup = Setup(
            services: #"{"products": {"handler": "products", "database": "disk/products.db"}}"#,
            routes: #"[{"name": "all", "match": "/products/**", "to": "products"}]"#)
        // A disk of one megabyte, which only the gateway and its services see.
        let gateway = try GatewayProcess(
            setup, folder: folder,
            through: [
                "/usr/bin/unshare", "--user", "--map-root-user", "--mount", "/bin/sh", "-c",
                #"mount -t tmpfs -o size=1m none disk && exec "$@""#, "sh",
            ])
        let token = try Token.good(more: ["roles": ["admin"], "scope": "products:read products:write"])
        #expect(try becomesTrue { try gateway.curl("/products", token: token).status == 200 })

        let description = String(repeating: "full ", count: 380)
        var stored: [String] = []
        var refused: Answer?
        while refused == nil, stored.count < 1000 {
            let answer = try gateway.curl(
                "POST", "/products", token: token,
                json: #"{"name": "Lamp", "price": 5, "category": "Home", "description": "\#(description)"}"#)
            guard answer.status == 201, let place = answer["Location"] else {
                refused = answer
                break
            }
            stored.append(place)
        }
        #expect(refused?.status == 507, "\(String(describing: refused))")
        #expect(stored.count > 10)
        for place in [stored.first, stored.last] {
            #expect(try gateway.curl(#require(place), token: token).status == 200)
        }
        #expect(try gateway.admin("/health").status == 200)
        #expect(becomesTrue { gateway.logs.lowercased().contains("full") })
    }

    private static let hasNamespaces =
        (try? Command.run(
            "/usr/bin/unshare",
            ["--user", "--map-root-user", "--mount", "/bin/mount", "-t", "tmpfs", "none", "/mnt"]))?.status == 0
}
