import Crypto
import Foundation
import Testing

@Suite struct DevelopmentCertificatesTests {
    let folder: TemporaryFolder
    let files: DevelopmentCertificates.Files
    let now = Int64(Date().timeIntervalSince1970)

    init() throws {
        folder = try TemporaryFolder()
        files = .init(
            certificate: folder.path + "/certs/gateway.pem", key: folder.path + "/certs/gateway.key",
            authority: folder.path + "/certs/ca.pem", authorityKey: folder.path + "/certs/ca.key")
    }

    @Test(
        arguments: [
            ["-verify_hostname", "localhost"], ["-verify_ip", "127.0.0.1"], ["-verify_ip", "::1"],
        ])
    func `openssl verifies the server certificate for every local name`(name: [String]) throws {
        _ = try DevelopmentCertificates.writeIfMissing(files, now: now)
        let result = try run(
            "openssl",
            ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", files.authority] + name
                + [files.certificate])
        #expect(result.status == 0, "\(result.output)")
    }

    @Test func `curl trusts a server with the certificate once it is given the authority`() throws {
        _ = try DevelopmentCertificates.writeIfMissing(files, now: now)
        let server = Process()
        server.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        server.arguments = [
            "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", files.certificate, "-key", files.key, "-www",
        ]
        let output = Pipe()
        server.standardOutput = output
        server.standardError = FileHandle.nullDevice
        server.standardInput = Pipe()
        try server.run()
        defer {
            // Children inherit the test threads' signal mask, in which SIGTERM is blocked.
            kill(server.processIdentifier, SIGKILL)
            server.waitUntilExit()
        }
        // It prints "ACCEPT 127.0.0.1:port" when it listens.
        var printed = ""
        while !printed.contains(/ACCEPT .*:\d+\n/) {
            let data = output.fileHandleForReading.availableData
            try #require(!data.isEmpty, "the server ended")
            printed += String(decoding: data, as: UTF8.self)
        }
        let port = try #require(printed.firstMatch(of: /ACCEPT .*:(\d+)\n/)?.1)
        let url = "https://localhost:\(port)/"
        let request = ["-4", "--noproxy", "*", "-s", "-o", "/dev/null", "--max-time", "10"]
        #expect(try run("curl", request + ["--cacert", files.authority, url]).status == 0)
        #expect(try run("curl", request + [url]).status == 60)
    }

    @Test func `another name and another authority are not accepted`() throws {
        _ = try DevelopmentCertificates.writeIfMissing(files, now: now)
        let stranger = try folder.write(DevelopmentCertificates.make(now: now).authority, to: "other.pem")
        let wrongName = ["verify", "-CAfile", files.authority, "-verify_hostname", "example.com", files.certificate]
        #expect(try run("openssl", wrongName).status != 0)
        #expect(try run("openssl", ["verify", "-CAfile", stranger, files.certificate]).status != 0)
    }

    @Test func `the certificates say what they should`() throws {
        _ = try DevelopmentCertificates.writeIfMissing(files, now: now)
        let server = try run("openssl", ["x509", "-in", files.certificate, "-noout", "-text"]).output
        for part in [
            "Version: 3", "ecdsa-with-SHA256", "prime256v1", "CA:FALSE", "Digital Signature",
            "TLS Web Server Authentication", "DNS:localhost", "IP Address:127.0.0.1", "IP Address:0:0:0:0:0:0:0:1",
            "Issuer: CN = Gateway development CA", "X509v3 Authority Key Identifier",
        ] { #expect(server.contains(part), "\(part)") }
        let authority = try run("openssl", ["x509", "-in", files.authority, "-noout", "-text"]).output
        for part in ["CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign", "Subject: CN = Gateway development CA"] {
            #expect(authority.contains(part), "\(part)")
        }
        let later = ["x509", "-in", files.certificate, "-noout", "-checkend"]
        #expect(try run("openssl", later + ["\(818 * 86_400)"]).status == 0)
        #expect(try run("openssl", later + ["\(825 * 86_400)"]).status == 1)
    }

    @Test func `what is made is readable by its owner only`() throws {
        let written = try DevelopmentCertificates.writeIfMissing(files, now: now)
        #expect(Set(written) == [files.certificate, files.key, files.authority, files.authorityKey])
        for path in written {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `existing files are never written over`() throws {
        _ = try DevelopmentCertificates.writeIfMissing(files, now: now)
        let before = try Data(contentsOf: URL(fileURLWithPath: files.key))
        #expect(try DevelopmentCertificates.writeIfMissing(files, now: now) == [])
        #expect(try Data(contentsOf: URL(fileURLWithPath: files.key)) == before)
    }

    @Test func `an authority that is there signs a new server certificate`() throws {
        _ = try DevelopmentCertificates.writeIfMissing(files, now: now)
        var second = files
        second.certificate += "2"
        second.key += "2"
        let written = try DevelopmentCertificates.writeIfMissing(second, names: [.host("shop.test")], now: now)
        #expect(written == [second.certificate, second.key])
        let check = ["verify", "-CAfile", files.authority, "-verify_hostname", "shop.test", second.certificate]
        #expect(try run("openssl", check).status == 0)
    }

    @Test func `half a pair is an error that names the other half`() throws {
        try FileManager.default.createDirectory(atPath: folder.path + "/certs", withIntermediateDirectories: false)
        _ = try folder.write("mine", to: "certs/gateway.key")
        #expect(throws: CryptoError.incompletePair(missing: files.certificate)) {
            try DevelopmentCertificates.writeIfMissing(files, now: now)
        }
        #expect(try String(contentsOfFile: files.key, encoding: .utf8) == "mine")
    }

    @Test func `a folder that cannot be made is an error that names it`() throws {
        var elsewhere = files
        elsewhere.authorityKey = folder.path + "/no/such/ca.key"
        #expect(throws: CryptoError.file(path: folder.path + "/no/such", errno: ENOENT)) {
            try DevelopmentCertificates.writeIfMissing(elsewhere, now: now)
        }
    }

    @Test(arguments: [.host("a,DNS:evil"), .host(""), .address("1.2.3"), .host("a b"), .address("x")] as [ServerName])
    func `a name that would change the certificate is refused`(name: ServerName) {
        #expect(throws: CryptoError.invalidName) { try DevelopmentCertificates.make(names: [name], now: now) }
    }
}
