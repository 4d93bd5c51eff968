internal import Bytes
internal import JWT
internal import Synchronization

/// One configuration in force: immutable, shared by all loops. What must survive the next one (services, buckets, series)
/// is referred to and not owned.
final class Snapshot: Sendable {
    let generation: UInt64
    let configuration: Configuration
    let table: RouteTable
    let routes: [BoundRoute]
    /// The same for requests between services: each host is one of them.
    let internalTable: RouteTable
    let internalRoutes: [BoundRoute]
    let services: [BoundService]
    /// One for each token profile, by index.
    let verifiers: [TokenVerifier]
    /// What was revoked of each token profile, by index; nil where nothing ever is.
    let revocations: [RevocationList?]
    /// Fields that carry claims to services on any route: clients may set them on none.
    let ownedFields: [[UInt8]]
    /// The coarse limit by address, before anything costly.
    let shield: RateLimit?

    init(
        generation: UInt64, configuration: Configuration, table: RouteTable, routes: [BoundRoute],
        internalTable: RouteTable, internalRoutes: [BoundRoute], services: [BoundService], verifiers: [TokenVerifier],
        revocations: [RevocationList?]
    ) {
        self.generation = generation
        self.configuration = configuration
        self.table = table
        self.routes = routes
        self.internalTable = internalTable
        self.internalRoutes = internalRoutes
        self.services = services
        self.verifiers = verifiers
        self.revocations = revocations
        var owned: [[UInt8]] = []
        for route in routes {
            for claim in route.route.auth.claims where !owned.contains(claim.header.name) {
                owned.append(claim.header.name)
            }
        }
        ownedFields = owned
        shield = configuration.limits.shield.map { RateLimit($0, scope: "shield") }
    }
}

/// Where the snapshot in force is found. Loops look at the generation, one load, and fetch the snapshot when it has changed.
final class SnapshotBox: Sendable {
    private let generation: Atomic<UInt64>
    private let current: Mutex<Snapshot>

    init(_ snapshot: Snapshot) {
        generation = Atomic(snapshot.generation)
        current = Mutex(snapshot)
    }

    /// The snapshot in force.
    var snapshot: Snapshot { current.withLock { $0 } }

    /// Puts another one in force.
    func publish(_ snapshot: Snapshot) {
        current.withLock { $0 = snapshot }
        generation.store(snapshot.generation, ordering: .releasing)
    }

    /// Brings `held` up to date; true when it has changed.
    @inline(__always)
    func refresh(_ held: inout Snapshot) -> Bool {
        if generation.load(ordering: .acquiring) == held.generation { return false }
        held = snapshot
        return true
    }
}
