internal import Bytes
internal import HTTP
internal import JWT
internal import Policy
internal import Reactor
internal import Telemetry
internal import Transport

/// The gateway on one loop: the snapshot that it goes by, and everything that is kept per loop so that requests share
/// nothing.
final class Worker {
    let loop: EventLoop
    let core: GatewayCore
    let pool: ConnectionPool
    /// The WebSockets that are open.
    let tunnels = Tunnels()
    private(set) var accessLog: AccessLog?
    private(set) var snapshot: Snapshot
    private(set) var authenticators: [Authenticator] = []
    private let randomCell = Cell(FastRandom())
    private let clockCell = Cell(WallClock(unixMilliseconds: WallClock.systemTime))
    private let scratchCell = Cell(ByteBuffer(capacity: 512))
    private var flushedAt = Instant(nanoseconds: 0)
    private var clockCheckedAt = Instant(nanoseconds: 0)

    init(loop: EventLoop, core: GatewayCore, buffers: BufferPool, accessLog: AccessLog?) {
        self.loop = loop
        self.core = core
        self.accessLog = accessLog
        snapshot = core.box.snapshot
        pool = ConnectionPool(loop: loop, buffers: buffers)
        adoptProfiles()
    }

    var metrics: GatewayMetrics { core.metrics }

    /// The loop's own source of chance.
    var random: FastRandom {
        _read { yield randomCell.value }
        _modify { yield &randomCell.value }
    }

    /// Wall-clock time, as of this round of the loop.
    var clock: WallClock {
        _read { yield clockCell.value }
        _modify { yield &clockCell.value }
    }

    /// A buffer for putting short values together; nobody keeps anything in it.
    var scratch: ByteBuffer {
        _read { yield scratchCell.value }
        _modify { yield &scratchCell.value }
    }

    /// Takes up a new snapshot if there is one.
    @inline(__always)
    func refresh() {
        if core.box.refresh(&snapshot) {
            adoptProfiles()
            tunnels.adopt(snapshot)
        }
        advanceClock()
    }

    /// Brings the wall clock up to date: it is read once per round of the loop.
    @inline(__always)
    func advanceClock() {
        if loop.now == clockCheckedAt { return }
        clockCheckedAt = loop.now
        clock.advance(to: WallClock.systemTime)
    }

    /// Tokens that were verified by a profile which has not changed stay verified.
    private func adoptProfiles() {
        let (snapshot, old) = (snapshot, authenticators)
        let limits = snapshot.configuration.limits
        authenticators = snapshot.configuration.tokenProfiles.enumerated().map { index, profile in
            let revocations = snapshot.revocations[index]
            return old.first { $0.profile == profile && $0.revocations === revocations && $0.isLimited(by: limits) }
                ?? Authenticator(
                    profile: profile, verifier: snapshot.verifiers[index], limits: limits, revocations: revocations)
        }
    }

    /// Connections to endpoints that are gone are closed, others kept as their service says.
    private func adoptEndpoints() {
        var limits: [Int: PoolLimits] = [:]
        for bound in snapshot.services {
            let own = PoolLimits(
                connections: bound.settings.idleConnections, idleTimeout: bound.settings.idleTimeout)
            for endpoint in bound.service.endpoints { limits[endpoint.poolKey] = own }
        }
        pool.adopt(limits)
    }

    /// Writes the access log to `writer` from now on, or nowhere.
    func setAccessLog(_ writer: LogWriter?) {
        accessLog?.flush()
        accessLog = writer.map(AccessLog.init(writer:))
    }

    /// Hands on the access log when the loop has nothing to do, at most ten times a second.
    func flushIfDue() {
        guard let accessLog, !accessLog.isEmpty, loop.now - flushedAt >= 100_000_000 else { return }
        flushedAt = loop.now
        accessLog.flush()
    }

    /// Chores, about once a second.
    func tick() {
        adoptEndpoints()
        pool.sweep()
        tunnels.sweep(at: loop.now)
        accessLog?.flush()
    }
}
