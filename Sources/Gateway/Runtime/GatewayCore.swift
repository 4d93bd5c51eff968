internal import Bytes
internal import Policy
internal import Reactor
internal import Synchronization
internal import Telemetry

/// What all loops share: the snapshot in force, the buckets, the series, the logger. None of it is locked by a request.
final class GatewayCore: Sendable {
    let box: SnapshotBox
    let limiter: TokenBucketTable
    let metrics: GatewayMetrics
    let logger: Logger
    /// This gateway's name in `Via`, unlike any other's, so that a request which comes round again is recognised.
    let identity: [UInt8]
    /// How far the gateway is in its life.
    let state: GatewayState
    /// How its processes are.
    let board: ProcessBoard
    /// The document of the API.
    let openAPI = OpenAPILibrary()
    /// How many clients are connected, to all loops.
    let connections = ConnectionCount()
    private let logs: Mutex<[(String, LogWriter)]>
    private let port = Atomic<UInt16>(443)

    init(
        snapshot: Snapshot, metrics: GatewayMetrics, limiter: TokenBucketTable, logger: Logger, identity: [UInt8],
        state: GatewayState, board: ProcessBoard, logs: [(String, LogWriter)]
    ) {
        box = SnapshotBox(snapshot)
        self.metrics = metrics
        self.limiter = limiter
        self.logger = logger
        self.identity = identity
        self.state = state
        self.board = board
        self.logs = Mutex(logs)
    }

    /// The port of the HTTPS listener, where plain requests are sent to.
    var httpsPort: UInt16 {
        get { port.load(ordering: .relaxed) }
        set { port.store(newValue, ordering: .relaxed) }
    }

    /// What the gateway says about itself.
    var site: AdminSite { AdminSite(core: self) }

    /// Lines that each log has dropped.
    var droppedLines: [(log: String, count: UInt64)] {
        logs.withLock { $0 }.map { (log: $0.0, count: $0.1.droppedLines) }
    }

    /// Counts the dropped lines of another access log from now on.
    func setAccessLog(_ writer: LogWriter?) {
        logs.withLock { logs in
            logs.removeAll { $0.0 == "access" }
            if let writer { logs.append(("access", writer)) }
        }
    }
}

/// A number of connections that all loops change.
final class ConnectionCount: Sendable {
    let count = Atomic<Int>(0)
}
