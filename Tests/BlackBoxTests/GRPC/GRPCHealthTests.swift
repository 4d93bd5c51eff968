import Foundation
import Testing

/// Endpoints that say how they are by `grpc.health.v1`, in plain text and over TLS.
@Suite(.enabled(if: Places.hasPyPI, "PyPI was out of reach: run make test where it is not"))
struct GRPCHealthTests {
    private static let routes = #"[{"name": "all", "match": "/**", "to": "up", "auth": "none"}]"#
    private static let times = #""interval": "200ms", "fall": 2, "rise": 2, "slowStart": "0s""#

    private func names(_ gateway: GatewayProcess) throws -> Set<String> {
        Set(
            try (0..<6).map { _ in
                let call = try gateway.call("/test.Echo/Unary")
                return call.answers.first?["service"].string ?? "\(call.code ?? -1)"
            })
    }

    @Test(arguments: ["", "test.Echo"])
    func `an endpoint that does not serve gets no calls until it does`(service: String) throws {
        let services = try (Upstream.grpc(name: "a"), Upstream.grpc(name: "b"))
        let gateway = try GatewayProcess(
            Setup(
                services: """
                    {"up": {"targets": ["http://127.0.0.1:\(services.0.port)", "http://127.0.0.1:\(services.1.port)"],
                            "protocol": "h2c", "balance": "round-robin",
                            "health": {"grpc": "\(service)", \(Self.times)}}}
                    """, routes: Self.routes))
        #expect(try names(gateway) == ["a", "b"])
        try services.0.setHealth(isServing: false, of: service)
        #expect(try becomesTrue { try gateway.metric("gateway_upstream_healthy", "\(services.0.port)") == 0 })
        #expect(try names(gateway) == ["b"])
        #expect(gateway.logs.contains(#""reason":"not serving""#))
        try services.1.setHealth(isServing: false, of: service)
        #expect(try becomesTrue { try gateway.metric("gateway_upstream_healthy", "\(services.1.port)") == 0 })
        #expect(try names(gateway) == ["14"])
        try services.0.setHealth(isServing: true, of: service)
        #expect(try becomesTrue { try gateway.metric("gateway_upstream_healthy", "\(services.0.port)") == 1 })
        #expect(try names(gateway) == ["a"])
    }

    @Test func `a service behind TLS is spoken to in HTTP 2, checks included`() throws {
        let folder = try TemporaryFolder()
        try Certificates.make("up.test", in: folder)
        let both = folder.text(of: "up.test.pem") + folder.text(of: "up.test.key")
        try folder.write(both, to: "both.pem")
        let service = try Upstream.grpc(name: "safe", options: ["--certificate", folder.file("both.pem").path])
        let gateway = try GatewayProcess(
            Setup(
                services: """
                    {"up": {"targets": "https://127.0.0.1:\(service.port)", "protocol": "h2",
                            "tls": {"ca": "up.test.pem", "serverName": "up.test"},
                            "health": {"grpc": "", \(Self.times)}}}
                    """, routes: Self.routes), folder: folder)
        #expect(try becomesTrue { try names(gateway) == ["safe"] })
        #expect(try gateway.call("/test.Echo/Chat", "{}", "--messages", "5").answers.count == 5)
        #expect(try gateway.admin("/health").json["status"].string == "pass")
    }

    @Test func `a service that does not agree to HTTP 2 gets nothing`() throws {
        let folder = try TemporaryFolder()
        try Certificates.make("up.test", in: folder)
        let both = folder.text(of: "up.test.pem") + folder.text(of: "up.test.key")
        try folder.write(both, to: "both.pem")
        let old = try Upstream(options: ["--certificate", folder.file("both.pem").path])
        let gateway = try GatewayProcess(
            Setup(
                services: """
                    {"up": {"targets": "https://127.0.0.1:\(old.port)", "protocol": "h2", "health": "none",
                            "tls": {"ca": "up.test.pem", "serverName": "up.test"}}}
                    """, routes: Self.routes), folder: folder)
        let call = try gateway.call("/test.Echo/Unary")
        #expect(call.code == 14)
        #expect(call.json["trailing"]["x-gateway-error"].string == "upstream_tls_failed")
    }

    @Test func `a service that speaks HTTP 1 where HTTP 2 is expected is down from the first check on`() throws {
        let old = try Upstream()
        let gateway = try GatewayProcess(
            Setup(
                services: """
                    {"up": {"targets": "\(old.url)", "protocol": "h2c", "health": {"path": "none", \(Self.times)}}}
                    """, routes: Self.routes))
        #expect(try becomesTrue { try gateway.metric("gateway_upstream_healthy", "\(old.port)") == 0 })
        let call = try gateway.call("/test.Echo/Unary")
        #expect(call.code == 14)
        #expect(call.json["trailing"]["x-gateway-error"].string == "no_healthy_endpoint")
    }
}
