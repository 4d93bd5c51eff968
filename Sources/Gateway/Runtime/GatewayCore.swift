internal import Policy
internal import Synchronization
internal import Telemetry

/// What all loops share: the snapshot in force, the buckets, the series, the logger. None of it is locked by a request.
final class GatewayCore: Sendable {
    let box: SnapshotBox
    let limiter: TokenBucketTable
    let metrics: GatewayMetrics
    let logger: Logger
    /// What the gateway says about itself.
    let site: AdminSite
    /// This gateway's name in `Via`, unlike any other's, so that a request which comes round again is recognised.
    let identity: [UInt8]
    /// Requests are refused, or rather: readiness is denied, while the process stops.
    let isDraining = Atomic(false)

    init(
        snapshot: Snapshot, metrics: GatewayMetrics, limiter: TokenBucketTable, logger: Logger, identity: [UInt8],
        site: AdminSite
    ) {
        box = SnapshotBox(snapshot)
        self.metrics = metrics
        self.limiter = limiter
        self.logger = logger
        self.identity = identity
        self.site = site
    }
}
