import Foundation
import Testing

/// Clients send requests for several hosts on one connection where its certificate is good for all of them: RFC 9113,
/// section 9.1.1. To a host that has a certificate of its own 421 says so: RFC 9110, section 15.5.20.
@Suite(.enabled(if: Places.hasPyPI, "PyPI was out of reach: run make test where it is not"))
struct AuthorityTests {
    static let gateway = Result<GatewayProcess, any Error> {
        let folder = try TemporaryFolder()
        for name in ["shop.test", "*.wild.test"] { try Certificates.make(name, in: folder) }
        var setup = Setup.forwarding(
            to: try Fixture.shared().upstream, routes: #"[{"match": "/**", "name": "all", "to": "up", "auth": "none"}]"#
        )
        setup.tls = """
            {"cert": "certs/gateway.pem", "key": "certs/gateway.key", "certificates": [
                {"cert": "shop.test.pem", "key": "shop.test.key"}, {"cert": "*.wild.test.pem", "key": "*.wild.test.key"}]}
            """
        return try GatewayProcess(setup, folder: folder)
    }

    let gateway: GatewayProcess

    init() throws {
        gateway = try Self.gateway.get()
    }

    @Test(
        arguments: [
            ("shop.test", "shop.test", "shop.test", 200), ("shop.test", "shop.test", "SHOP.test:8443", 200),
            ("*.wild.test", "a.wild.test", "b.wild.test", 200), ("shop.test", "shop.test", "a.wild.test", 421),
            ("*.wild.test", "a.wild.test", "shop.test", 421), ("*.wild.test", "a.wild.test", "no.test", 200),
        ])
    func `a connection is for the hosts of its certificate`(
        certificate: String, name: String, authority: String, status: Int
    ) throws {
        let wire = try HTTP2Wire(gateway, name: name, authority: gateway.folder.file("\(certificate).pem"))
        let answer = try wire.exchange("GET", "/a", [(":authority", authority)])
        #expect(answer.status == status)
        if status == 421 { #expect(answer.json["status"].int == 421) }
        #expect(
            try wire.exchange("GET", "/a", [(":authority", name)]).status == 200, "the connection is as good as ever")
    }
}
