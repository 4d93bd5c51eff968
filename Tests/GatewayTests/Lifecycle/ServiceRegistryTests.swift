import Bytes
import Crypto
import Policy
import Reactor
import Testing

@testable import Gateway
@testable import TLS

/// What of a service outlives a change of its definition.
struct ServiceRegistryTests {
    private let now = Instant(nanoseconds: 1_000_000_000)
    private let registry = ServiceRegistry(loops: 1, sink: { _, _ in })

    private func definition(_ service: String) throws -> ServiceDefinition {
        try ConfigurationFixture.load(ConfigurationFixture.file(service: service)).services[0]
    }

    private func endpoint(
        _ name: String, security: EndpointSecurity? = nil, usesHTTP2: Bool = false
    ) -> EndpointDefinition {
        EndpointDefinition(
            name: name, address: .unix(path: "/run/\(name)"), security: security, usesHTTP2: usesHTTP2)
    }

    private func security(
        _ authority: String, name: String = "a", verifies: Bool = true
    ) throws -> EndpointSecurity {
        let configuration = TLSClientConfiguration(authorities: Array(authority.utf8), verifiesServers: verifies)
        return EndpointSecurity(serverName: name, identity: try EndpointSecurity.Identity(configuration))
    }

    @Test func `targets go when processes take their place`() throws {
        let targets = try definition(#""targets": "unix:/run/a""#)
        let service = registry.service(targets, endpoints: [endpoint("a")], now: now)
        let processes = try definition(#""run": {"command": ["a", "{port}"]}"#)
        #expect(registry.service(processes, endpoints: nil, now: now) === service)
        #expect(service.endpoints.isEmpty)
    }

    @Test func `endpoints of processes stay when settings change`() throws {
        let processes = try definition(#""run": {"command": ["a", "{port}"]}"#)
        let service = registry.service(processes, endpoints: nil, now: now)
        service.add(endpoint("a"))
        _ = registry.service(processes, endpoints: nil, now: now)
        #expect(service.endpoints.map(\.name) == ["a"])
    }

    @Test func `an endpoint that is verified otherwise is another endpoint`() throws {
        let authorities = try (0..<2).map { _ in
            try DevelopmentCertificates.make(names: [.host("localhost")], now: 1_700_000_000).authority
        }
        let definition = try definition(#""targets": "https://localhost""#)
        func endpoints(_ security: EndpointSecurity?) -> [Endpoint] {
            registry.service(definition, endpoints: [endpoint("a", security: security)], now: now).endpoints
        }
        let first = endpoints(try security(authorities[0]))
        // Another context of the same certificates changes nothing.
        #expect(endpoints(try security(authorities[0]))[0] === first[0])
        let others = [
            try security(authorities[1]), try security(authorities[0], name: "b"),
            try security(authorities[0], verifies: false), nil,
        ]
        for other in others {
            let changed = endpoints(other)
            #expect(changed.count == 1)
            #expect(changed[0].poolKey != first[0].poolKey)
            #expect(changed[0].usesTLS == (other != nil))
        }
    }

    @Test func `an endpoint that is spoken to in another protocol is another endpoint`() throws {
        let definition = try definition(#""targets": "unix:/run/a""#)
        func endpoint(_ usesHTTP2: Bool) -> Endpoint {
            let definitions = [self.endpoint("a", usesHTTP2: usesHTTP2)]
            return registry.service(definition, endpoints: definitions, now: now).endpoints[0]
        }
        let first = endpoint(true)
        #expect(first.usesHTTP2)
        #expect(endpoint(true) === first)
        #expect(endpoint(false).poolKey != first.poolKey)
    }

    @Test func `of certificates with one name the first to expire is shown`() {
        let state = GatewayState()
        state.setCertificates([
            CertificateSummary(subject: "CN=b", names: [], notAfter: 7),
            CertificateSummary(subject: "CN=a", names: [], notAfter: 9),
            CertificateSummary(subject: "CN=a", names: [], notAfter: 5),
        ])
        #expect(state.certificates.map(\.name) == ["CN=a", "CN=b"])
        #expect(state.certificates.map(\.notAfter) == [5, 7])
    }
}
