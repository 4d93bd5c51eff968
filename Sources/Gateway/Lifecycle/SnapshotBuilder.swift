internal import Bytes
internal import Crypto
internal import JWT
internal import Policy
internal import Reactor
internal import TLS
internal import Telemetry

/// Turns a configuration into a snapshot. Services are looked up by name among those that run already, so that their
/// health, breakers and counters carry over.
struct SnapshotBuilder {
    let registry: ServiceRegistry
    let metrics: GatewayMetrics
    let files: ConfigurationEnvironment
    private let revocations = RevocationRegistry()

    init(registry: ServiceRegistry, metrics: GatewayMetrics, files: ConfigurationEnvironment) {
        self.registry = registry
        self.metrics = metrics
        self.files = files
    }

    /// What a good configuration can still fail at, with what it names.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Prepares everything without touching what is in force. Blocks on files and names: not for a loop.
    func prepare(_ configuration: Configuration) throws(Failure) -> Prepared {
        let table = try Self.table(configuration.routes)
        let internalTable = try Self.table(configuration.internalRoutes)
        var verifiers: [TokenVerifier] = []
        for profile in configuration.tokenProfiles { verifiers.append(try Self.verifier(profile)) }
        var endpoints: [[EndpointDefinition]?] = []
        for service in configuration.services {
            endpoints.append(try endpointDefinitions(service))
        }
        return Prepared(
            configuration: configuration, table: table, internalTable: internalTable, verifiers: verifiers,
            endpoints: endpoints, certificates: try CertificateFilesLoader.load(configuration.listen.tls, files: files))
    }

    /// A configuration of which every part has been found to work.
    struct Prepared {
        let configuration: Configuration
        let table: RouteTable
        let internalTable: RouteTable
        let verifiers: [TokenVerifier]
        /// By service; nil for services whose endpoints are processes of ours.
        let endpoints: [[EndpointDefinition]?]
        let certificates: [TLSCertificate]
    }

    /// Puts a prepared configuration together with the running services. Cannot fail.
    func build(_ prepared: Prepared, generation: UInt64, now: Instant) -> Snapshot {
        let configuration = prepared.configuration
        var services: [BoundService] = []
        for (index, definition) in configuration.services.enumerated() {
            let service = registry.service(definition, endpoints: prepared.endpoints[index], now: now)
            services.append(
                BoundService(
                    service: service, settings: definition.settings,
                    metrics: metrics.service(definition.name)))
        }
        func bind(_ routes: [RouteDefinition]) -> [BoundRoute] {
            routes.enumerated().map { index, definition in
                BoundRoute(Route(definition, index: index), services: services, metrics: metrics)
            }
        }
        return Snapshot(
            generation: generation, configuration: configuration, table: prepared.table,
            routes: bind(configuration.routes), internalTable: prepared.internalTable,
            internalRoutes: bind(configuration.internalRoutes), services: services, verifiers: prepared.verifiers,
            revocations: revocations.lists(for: configuration.tokenProfiles))
    }

    // MARK: Parts

    private static func table(_ routes: [RouteDefinition]) throws(Failure) -> RouteTable {
        var conflicts: [RouteConflict] = []
        let table = RouteTable(routes.map(\.pattern), conflicts: &conflicts)
        guard conflicts.isEmpty else { throw Failure(description: "routes conflict") }
        return table
    }

    /// What checks the tokens of a profile.
    static func verifier(_ profile: TokenProfile) throws(Failure) -> TokenVerifier {
        let keys: KeySet
        do {
            switch profile.key {
            case .secret(let secret): keys = try KeySet(secret: secret.bytes)
            case .publicKey(_, let pem): keys = try KeySet(pem: pem.span)
            // The file is ours, so it may hold secrets too.
            case .keySet(_, let json): keys = try KeySet(jwks: json, allowsSecrets: true)
            }
        } catch {
            throw Failure(description: "jwt.\(profile.name): its key cannot be used: \(error)")
        }
        let algorithms = profile.algorithms.compactMap { Algorithm($0.rawValue) }
        for algorithm in algorithms where !keys.hasKey(for: algorithm) {
            throw Failure(description: "jwt.\(profile.name): no key fits the algorithm \(algorithm)")
        }
        return TokenVerifier(
            VerifierConfiguration(
                issuer: profile.issuer, audiences: profile.audiences, algorithms: algorithms,
                leeway: Int64(profile.leeway / 1_000_000_000), maximumTokenSize: profile.maximumTokenSize, keys: keys))
    }

    private func endpointDefinitions(_ service: ServiceDefinition) throws(Failure) -> [EndpointDefinition]? {
        guard case .targets(let targets) = service.source else { return nil }
        let identity = try Self.identity(of: service, files: files)
        var definitions: [EndpointDefinition] = []
        for target in targets {
            switch target.address {
            case .unix(let path):
                definitions.append(
                    EndpointDefinition(
                        name: "unix:\(path)", address: .unix(path: path), usesHTTP2: service.protocol.isHTTP2,
                        weight: target.weight))
            case .tcp(let host, let port):
                let addresses: [SocketAddress]
                do {
                    addresses = try Resolver.resolveBlocking(host, port: port)
                } catch {
                    throw Failure(description: "services.\(service.name): \(error.description)")
                }
                let security = (target.usesTLS ? identity : nil).map { identity in
                    EndpointSecurity(serverName: service.tls.serverName ?? host, identity: identity)
                }
                definitions.append(
                    EndpointDefinition(
                        name: "\(host):\(port)", address: addresses[0], security: security,
                        usesHTTP2: service.protocol.isHTTP2, weight: target.weight))
            }
        }
        return definitions
    }

    /// How the `https` targets of a service are verified; nil when it has none.
    static func identity(
        of service: ServiceDefinition, files: ConfigurationEnvironment
    ) throws(Failure) -> EndpointSecurity.Identity? {
        guard case .targets(let targets) = service.source, targets.contains(where: \.usesTLS) else { return nil }
        do {
            let authorities = try service.tls.authority.map { path throws(Failure) in
                try CertificateFilesLoader.read(path, files: files)
            }
            let certificate = try service.tls.certificate.map { pair throws(Failure) in
                TLSCertificate(
                    chain: try CertificateFilesLoader.read(pair.certificate, files: files),
                    privateKey: try CertificateFilesLoader.read(pair.key, files: files))
            }
            return try EndpointSecurity.Identity(
                TLSClientConfiguration(
                    authorities: authorities, verifiesServers: service.tls.verifies, certificate: certificate,
                    applicationProtocols: [service.protocol.isHTTP2 ? .http2 : .http11]))
        } catch let failure as Failure {
            throw Failure(description: "services.\(service.name).tls: \(failure)")
        } catch {
            var file = ""
            if case .authoritiesUnreadable? = error as? TLSConfigurationError {
                file = service.tls.authority.map { "\($0): " } ?? ""
            } else if let pair = service.tls.certificate {
                file = "\(pair.certificate) with \(pair.key): "
            }
            throw Failure(description: "services.\(service.name).tls: \(file)\(error)")
        }
    }
}
