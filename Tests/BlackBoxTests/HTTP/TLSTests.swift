import Foundation
import Testing

/// The public listener's TLS, as `openssl s_client` sees it.
@Suite struct TLSTests {
    let fixture: Fixture

    init() throws {
        fixture = try Fixture.shared()
    }

    var gateway: GatewayProcess { fixture.gateway }

    private func client(_ options: String..., input: String = "", gateway: GatewayProcess? = nil) throws -> Command {
        let gateway = gateway ?? self.gateway
        return try Command.run(
            Places.openssl, ["s_client", "-connect", "127.0.0.1:\(gateway.ports.https)"] + options,
            input: Data(input.utf8), folder: gateway.folder.path, seconds: 20)
    }

    @Test(arguments: [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
    func `current versions are spoken`(option: String, version: String) throws {
        #expect(try client(option).text.contains(version))
    }

    @Test(arguments: ["-tls1", "-tls1_1"])
    func `older versions are refused`(option: String) throws {
        let command = try client(option, "-cipher", "DEFAULT@SECLEVEL=0")
        #expect(command.status != 0 || command.text.contains("Cipher is (NONE)"))
    }

    @Test func `a minimum of 1_3 refuses 1_2`() throws {
        var setup = Setup.forwarding(
            to: fixture.upstream, routes: #"[{"match": "/**", "name": "a", "to": "up", "auth": "none"}]"#)
        setup.tls = #"{"cert": "certs/gateway.pem", "key": "certs/gateway.key", "minVersion": "1.3"}"#
        let strict = try GatewayProcess(setup)
        let command = try client("-tls1_2", gateway: strict)
        #expect(command.status != 0 || command.text.contains("Cipher is (NONE)"))
        #expect(try client("-tls1_3", gateway: strict).text.contains("TLSv1.3"))
    }

    @Test(arguments: ["localhost", "127.0.0.1", "::1"])
    func `the development certificate is good for this machine`(name: String) throws {
        let option = name == "localhost" ? "-verify_hostname" : "-verify_ip"
        let command = try client("-CAfile", gateway.authority.path, "-verify_return_error", option, name)
        #expect(command.text.contains("Verify return code: 0 (ok)"), "\(command.allText)")
    }

    @Test func `ALPN agrees on HTTP 1 1`() throws {
        #expect(try client("-alpn", "http/1.1").text.contains("ALPN protocol: http/1.1"))
    }

    @Test func `keys and secrets are readable by their owner only`() throws {
        for name in ["certs/gateway.key", "certs/gateway.pem", "certs/dev-ca.pem"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: gateway.folder.file(name).path)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(name)")
        }
        let files = try FileManager.default.subpathsOfDirectory(atPath: gateway.folder.file("certs").path)
        for name in files where name.hasSuffix(".key") {
            let attributes = try FileManager.default.attributesOfItem(atPath: gateway.folder.file("certs/" + name).path)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(name)")
        }
    }

    @Test func `the first start says how to trust the certificate`() {
        #expect(gateway.logs.contains("dev-ca.pem"))
        #expect(gateway.logs.contains("curl"))
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `sessions resume`(version: String) throws {
        let file = "session\(version).pem"
        // In TLS 1.3 the ticket follows the handshake: an exchange makes sure that it was read.
        let request = "GET /open/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        let first = try client(version, "-ign_eof", "-sess_out", file, input: request)
        #expect(first.text.contains("New, "))
        let second = try client(version, "-ign_eof", "-sess_in", file, input: request)
        #expect(second.text.contains("Reused, "), "\(second.allText)")
    }

    @Test func `renegotiation is not offered`() throws {
        let command = try client("-tls1_2", input: "R\n")
        #expect(command.text.contains("Secure Renegotiation IS") || command.status != 0)
        #expect(!command.text.contains("RENEGOTIATING\ndepth"))
    }

    @Test func `the certificate is chosen by the server name`() throws {
        let folder = try TemporaryFolder()
        for name in ["shop.test", "*.wild.test"] { try Certificates.make(name, in: folder) }
        var setup = Setup.forwarding(
            to: fixture.upstream, routes: #"[{"match": "/**", "name": "a", "to": "up", "auth": "none"}]"#)
        setup.tls = """
            {"cert": "certs/gateway.pem", "key": "certs/gateway.key", "certificates": [
                {"cert": "shop.test.pem", "key": "shop.test.key"}, {"cert": "*.wild.test.pem", "key": "*.wild.test.key"}]}
            """
        let gateway = try GatewayProcess(setup, folder: folder)
        for (name, subject) in [("shop.test", "shop.test"), ("a.wild.test", "*.wild.test")] {
            #expect(try client("-servername", name, gateway: gateway).text.contains("CN = \(subject)"))
        }
        for name in ["other.test", "a.b.wild.test"] {
            let text = try client("-servername", name, gateway: gateway).text
            #expect(!text.contains("CN = shop.test") && !text.contains("CN = *.wild.test"))
        }
    }

    @Test func `existing files are never overwritten`() throws {
        let folder = try TemporaryFolder()
        try Certificates.make("own.test", in: folder, as: "certs/gateway")
        let pem = folder.text(of: "certs/gateway.pem")
        let setup = Setup.forwarding(
            to: fixture.upstream, routes: #"[{"match": "/**", "name": "a", "to": "up", "auth": "none"}]"#)
        let gateway = try GatewayProcess(setup, folder: folder)
        #expect(folder.text(of: "certs/gateway.pem") == pem)
        #expect(try client("-servername", "own.test", gateway: gateway).text.contains("CN = own.test"))
    }

    @Test func `a renewed certificate is served after a reload, a broken one is not`() throws {
        let folder = try TemporaryFolder()
        try Certificates.make("one.test", in: folder, as: "pair")
        var setup = Setup.forwarding(
            to: fixture.upstream, routes: #"[{"match": "/**", "name": "a", "to": "up", "auth": "none"}]"#)
        setup.tls = #"{"cert": "pair.pem", "key": "pair.key"}"#
        let gateway = try GatewayProcess(setup, folder: folder)
        func subjectIs(_ name: String) throws -> Bool {
            try client("-servername", name, gateway: gateway).text.contains("CN = \(name)")
        }
        #expect(try subjectIs("one.test"))

        try Certificates.make("two.test", in: folder, as: "pair")
        _ = try gateway.admin("/reload", method: "POST")
        #expect(try becomesTrue { try subjectIs("two.test") })

        try Certificates.make("three.test", in: folder, as: "other")
        try FileManager.default.removeItem(at: folder.file("pair.key"))
        try FileManager.default.copyItem(at: folder.file("other.key"), to: folder.file("pair.key"))
        let answer = try gateway.admin("/reload", method: "POST")
        #expect(answer.status >= 400)
        #expect(try subjectIs("two.test"))
        #expect(try gateway.metric("gateway_tls_cert_expiry_timestamp_seconds") ?? 0 > Date().timeIntervalSince1970)
    }

    @Test func `a handshake that never comes does not hold up others`() throws {
        let silent = try (0..<20).map { _ in try Wire(port: gateway.ports.https) }
        #expect(try gateway.curl("/open/a").status == 200)
        withExtendedLifetime(silent) {}
    }
}
