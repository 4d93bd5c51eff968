internal import Synchronization
internal import TLS
internal import Telemetry

/// How far the gateway is in its life, and how its configuration came about: what /health shows beside the services.
final class GatewayState: Sendable {
    private struct Fields {
        var phase = HealthInput.Phase.starting
        var loadedAt: Int64
        var lastError: String?
        var certificates: [(name: String, notAfter: Int64)] = []
    }

    private let fields: Mutex<Fields>
    private let startedAt: Int64

    init() {
        startedAt = WallClock.systemTime
        fields = Mutex(Fields(loadedAt: startedAt))
    }

    var phase: HealthInput.Phase {
        get { fields.withLock { $0.phase } }
        set { fields.withLock { $0.phase = newValue } }
    }

    /// When the certificates in use expire.
    var certificates: [(name: String, notAfter: Int64)] { fields.withLock { $0.certificates } }

    /// Other certificates are in use. Of those with one name, such as a pair of different algorithms, the first to expire
    /// counts.
    func setCertificates(_ certificates: [CertificateSummary]) {
        let times = Dictionary(certificates.map { ($0.subject, $0.notAfter) }, uniquingKeysWith: min)
        let sorted = times.sorted { $0.key < $1.key }.map { (name: $0.key, notAfter: $0.value) }
        fields.withLock { $0.certificates = sorted }
    }

    /// A configuration came into force.
    func didLoad() {
        fields.withLock {
            $0.loadedAt = WallClock.systemTime
            $0.lastError = nil
        }
    }

    /// One was refused.
    func didFail(_ error: String) {
        fields.withLock { $0.lastError = error }
    }

    /// Everything that is known, with what the snapshot and the processes add.
    func health(_ snapshot: Snapshot, services: [ServiceHealth]) -> HealthInput {
        let (phase, loadedAt, lastError) = fields.withLock { ($0.phase, $0.loadedAt, $0.lastError) }
        return HealthInput(
            phase: phase, version: GatewayVersion.current,
            uptimeSeconds: Int((WallClock.systemTime - startedAt) / 1000),
            configuration: ConfigurationHealth(
                generation: Int(snapshot.generation), hash: snapshot.configuration.hash, loadedAt: loadedAt,
                lastError: lastError),
            services: services)
    }
}

/// The version of this build.
public enum GatewayVersion {
    /// Semantic version.
    public static let current = "0.1.0"
}
