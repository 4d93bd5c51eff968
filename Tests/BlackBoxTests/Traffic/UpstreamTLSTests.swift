import Foundation
import Testing

/// Services behind TLS: who is trusted, what is asked for, what the gateway shows of itself.
@Suite struct UpstreamTLSTests {
    private static let routes = #"[{"name": "all", "match": "/**", "to": "up", "auth": "none", "retries": 0}]"#

    /// A folder with the certificates of a service, of a client, and of somebody else.
    private static func certificates() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in ["up.test", "client.test", "other.test"] {
            try Certificates.make(name, in: folder)
            let both = try String(contentsOf: folder.file("\(name).pem"), encoding: .utf8)
            let key = try String(contentsOf: folder.file("\(name).key"), encoding: .utf8)
            try folder.write(both + key, to: "\(name).both.pem")
        }
        return folder
    }

    private static func upstream(_ folder: TemporaryFolder, needsClient: Bool = false) throws -> Upstream {
        let client = needsClient ? ["--client-authority", folder.file("client.test.pem").path] : []
        return try Upstream(options: ["--certificate", folder.file("up.test.both.pem").path] + client)
    }

    private static func setup(_ upstream: Upstream, tls: String) -> Setup {
        Setup(
            services: """
                {"up": {"targets": "https://127.0.0.1:\(upstream.port)", "health": "none", "breaker": "none",
                        "tls": {\(tls)}}}
                """, routes: routes)
    }

    @Test func `a service is trusted by its own authority and asked for by name`() throws {
        let folder = try Self.certificates()
        let upstream = try Self.upstream(folder)
        let gateway = try GatewayProcess(
            Self.setup(upstream, tls: #""ca": "up.test.pem", "serverName": "up.test""#), folder: folder)
        let answer = try gateway.curl("/a")
        #expect(answer.status == 200)
        #expect(answer.json["tls"]["name"].string == "up.test")
        #expect(answer.json["tls"]["protocol"].string == "http/1.1")
        #expect(answer.json["tls"]["version"].string == "TLSv1.3")
        #expect(answer.json["tls"]["client"].string == nil)
    }

    @Test(arguments: [
        #""serverName": "up.test""#, #""ca": "other.test.pem", "serverName": "up.test""#,
        #""ca": "up.test.pem", "serverName": "other.test""#, #""ca": "up.test.pem""#,
    ])
    func `a service that is not who it should be gets no request`(tls: String) throws {
        let folder = try Self.certificates()
        let upstream = try Self.upstream(folder)
        let gateway = try GatewayProcess(Self.setup(upstream, tls: tls), folder: folder)
        let answer = try gateway.curl("/a")
        #expect(answer.status == 502)
        #expect(answer["x-gateway-error"] == "upstream_tls_failed")
    }

    @Test(arguments: [
        (#""serverName": "up.test""#, "certificate rejected: self-signed certificate"),
        (#""ca": "up.test.pem", "serverName": "other.test""#, "certificate rejected: hostname mismatch"),
    ])
    func `why an endpoint is not trusted is in the log`(tls: String, reason: String) throws {
        let folder = try Self.certificates()
        let upstream = try Self.upstream(folder)
        var setup = Self.setup(upstream, tls: tls)
        setup.services.replace(#""health": "none""#, with: #""health": {"path": "none", "interval": "200ms"}"#)
        let gateway = try GatewayProcess(setup, folder: folder)
        #expect(becomesTrue { gateway.logs.contains(reason) }, "\(gateway.logs)")
        #expect(try gateway.curl("/a").reason == "no_healthy_endpoint")
    }

    @Test func `the gateway shows its certificate to a service that asks`() throws {
        let folder = try Self.certificates()
        let upstream = try Self.upstream(folder, needsClient: true)
        let trust = #""ca": "up.test.pem", "serverName": "up.test""#
        let gateway = try GatewayProcess(
            Self.setup(upstream, tls: trust + #", "cert": "client.test.pem", "key": "client.test.key""#),
            folder: folder)
        #expect(try gateway.curl("/a").json["tls"]["client"].string == "client.test")

        let anonymous = try GatewayProcess(Self.setup(upstream, tls: trust), folder: try Self.copy(of: folder))
        #expect(try anonymous.curl("/a").status == 502)
    }

    @Test func `a service that need not be verified is reached, and every check warns`() throws {
        let folder = try Self.certificates()
        let upstream = try Self.upstream(folder)
        let gateway = try GatewayProcess(Self.setup(upstream, tls: #""verify": false"#), folder: folder)
        #expect(try gateway.curl("/a").status == 200)
        let check = try gateway.command("check")
        #expect(check.status == 0)
        #expect(check.allText.contains("not verified"))
    }

    @Test(arguments: [
        (#""ca": "none.pem""#, "none.pem cannot be read"),
        (#""ca": "routes.json""#, "routes.json: the certificate authorities are not readable"),
        (
            #""cert": "client.test.pem", "key": "other.test.key""#,
            "other.test.key: the private key does not match certificate \"CN=client.test\""
        ),
    ])
    func `files that cannot be used are named before anything changes`(tls: String, problem: String) throws {
        let folder = try Self.certificates()
        let upstream = try Self.upstream(folder)
        let gateway = try GatewayProcess(
            Self.setup(upstream, tls: #""ca": "up.test.pem", "serverName": "up.test""#), folder: folder)
        let changed = Self.setup(upstream, tls: tls).text(ports: gateway.ports)
        try folder.write(changed, to: "changed.json")
        let check = try gateway.command("check", "changed.json")
        #expect(check.status == 1)
        #expect(check.allText.contains(problem), "\(check.allText)")
        #expect(try gateway.curl("/a").status == 200)
    }

    private static func copy(of folder: TemporaryFolder) throws -> TemporaryFolder {
        let copy = try TemporaryFolder()
        for name in ["up.test.pem", "client.test.pem", "client.test.key"] {
            try FileManager.default.copyItem(at: folder.file(name), to: copy.file(name))
        }
        return copy
    }
}
