import Foundation
import TLS

/// Certificates of a throw-away authority, made once with the openssl tool.
struct Credentials: Sendable {
    static let shared = Credentials()

    let authority: [UInt8]
    let otherAuthority: [UInt8]
    /// For `localhost` and 127.0.0.1, P-256.
    let localhost: TLSCertificate
    /// For `shop.test` and `*.shop.test`, RSA.
    let shop: TLSCertificate
    /// For `api.shop.test`, P-256.
    let api: TLSCertificate
    /// The key of `localhost`, encrypted.
    let encryptedKey: [UInt8]

    private init() {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tls-tests-\(UUID().uuidString)")
        try! FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try! FileManager.default.removeItem(at: folder) }
        func run(_ arguments: String) {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["openssl"] + arguments.split(separator: " ").map(String.init)
            process.currentDirectoryURL = folder
            process.standardError = FileHandle.nullDevice
            try! process.run()
            process.waitUntilExit()
            precondition(process.terminationStatus == 0, "openssl \(arguments)")
        }
        func read(_ name: String) -> [UInt8] { [UInt8](try! Data(contentsOf: folder.appending(path: name))) }
        func makeAuthority(_ name: String) -> [UInt8] {
            run(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=\(name) "
                    + "-keyout \(name).key -out \(name).pem")
            return read("\(name).pem")
        }
        func makeLeaf(_ name: String, _ names: String, key: String) -> TLSCertificate {
            run(
                "req -x509 -CA one.pem -CAkey one.key -newkey \(key) -nodes -days 20 -subj /CN=\(name) "
                    + "-addext subjectAltName=\(names) -addext basicConstraints=CA:FALSE "
                    + "-keyout \(name).key -out \(name).pem")
            return TLSCertificate(chain: read("\(name).pem") + read("one.pem"), privateKey: read("\(name).key"))
        }
        let curve = "ec -pkeyopt ec_paramgen_curve:P-256"
        authority = makeAuthority("one")
        otherAuthority = makeAuthority("two")
        localhost = makeLeaf("localhost", "DNS:localhost,IP:127.0.0.1", key: curve)
        shop = makeLeaf("shop", "DNS:shop.test,DNS:*.shop.test", key: "rsa:2048")
        api = makeLeaf("api", "DNS:api.shop.test", key: curve)
        run("pkey -in localhost.key -aes256 -passout pass:secret -out encrypted.key")
        encryptedKey = read("encrypted.key")
    }

    /// A server with `certificates`, or with the one for localhost.
    static func server(
        _ certificates: [TLSCertificate] = [shared.localhost], minimumVersion: TLSVersion = .v1_2,
        protocols: [ApplicationProtocol] = [.http2, .http11], ticketKeys: TicketKeyRing? = nil
    ) throws -> TLSServerContext {
        try TLSServerContext(
            TLSServerConfiguration(
                certificates: certificates, minimumVersion: minimumVersion, applicationProtocols: protocols),
            ticketKeys: ticketKeys)
    }

    /// A client that trusts the authority.
    static func client(
        protocols: [ApplicationProtocol] = [.http2, .http11], certificate: TLSCertificate? = nil
    ) throws -> TLSClientContext {
        try TLSClientContext(
            TLSClientConfiguration(
                authorities: shared.authority, certificate: certificate, applicationProtocols: protocols))
    }
}
