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
    let accessLog: AccessLog?
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
        if core.box.refresh(&snapshot) { adoptProfiles() }
        // The wall clock is read once per round of the loop.
        if loop.now != clockCheckedAt {
            clockCheckedAt = loop.now
            clock.advance(to: WallClock.systemTime)
        }
    }

    /// Tokens that were verified by a profile which has not changed stay verified.
    private func adoptProfiles() {
        let configuration = snapshot.configuration
        let old = authenticators
        authenticators = zip(configuration.tokenProfiles, snapshot.verifiers).map { profile, verifier in
            old.first { $0.profile == profile }
                ?? Authenticator(profile: profile, verifier: verifier, limits: configuration.limits)
        }
    }

    /// Hands on the access log when the loop has nothing to do, at most ten times a second.
    func flushIfDue() {
        guard let accessLog, !accessLog.isEmpty, loop.now - flushedAt >= 100_000_000 else { return }
        flushedAt = loop.now
        accessLog.flush()
    }

    /// Chores, about once a second.
    func tick() {
        pool.sweep()
        accessLog?.flush()
    }
}
