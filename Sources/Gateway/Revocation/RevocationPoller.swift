internal import Bytes
internal import Reactor
internal import Telemetry
internal import Transport

/// Asks a service again and again for what was revoked since the last time: one task in the process for each list.
///
/// While the service cannot be asked the list stays as it is: tokens go on to work or not, as far as is known.
final class RevocationPoller {
    private let list: RevocationList
    private let core: GatewayCore
    private let loop: EventLoop
    private let pool: ConnectionPool
    private let pause: Sleeper
    private let startedAt: Instant
    private var isStopped = false
    /// Whether the list had no room for all the last time.
    private var isFull = false

    /// The largest answer that is taken; a service with more to tell tells it in several.
    private static let largestAnswer = 1 << 20
    /// How many answers are asked for in one go.
    private static let pages = 256
    /// How long a service may take to come up before that counts as trouble.
    private static let longestStart: Nanoseconds = 10_000_000_000

    /// - Parameter loop: a loop of the group, on which the poller lives.
    init(_ list: RevocationList, core: GatewayCore, loop: EventLoop) {
        self.list = list
        self.core = core
        self.loop = loop
        pool = ConnectionPool(loop: loop, buffers: BufferPool(size: 4096, limit: 1), limit: 1)
        pause = Sleeper(loop: loop)
        startedAt = loop.now
    }

    /// Polls until it is stopped.
    func run() async {
        while !isStopped {
            note(await poll())
            pool.sweep()
            _ = await pause.sleep(until: loop.now + list.settings.interval)
        }
        pool.closeIdle()
    }

    func stop() {
        isStopped = true
        pause.wake()
    }

    /// What came of one reading.
    private enum Outcome {
        case read
        /// The service is only just starting.
        case tooEarly
        case failed(String)
    }

    /// Reads everything that is new.
    private func poll() async -> Outcome {
        let settings = list.settings
        let separator = settings.path.contains("?") ? "&" : "?"
        for _ in 0..<Self.pages {
            guard let service = core.box.snapshot.services.first(where: { $0.service.name == settings.service }) else {
                return .failed("there is no such service")
            }
            let query = ServiceQuery(
                service: service.service, pool: pool, loop: loop, largestAnswer: Self.largestAnswer)
            let answer: [UInt8]
            do {
                answer = try await query.get("\(settings.path)\(separator)after=\(list.next)")
            } catch {
                let isUnchecked = error == .refused(.unknown) || error == .refused(.noEndpoints)
                return isUnchecked && isStarting ? .tooEarly : .failed(error.problem)
            }
            let list = list
            let hasMore = await OffLoop.run("revocations") { list.take(answer, now: WallClock.systemTime / 1000) }
            guard let hasMore else { return .failed("the answer is no list of revocations") }
            if !hasMore { return .read }
        }
        return .read
    }

    private var isStarting: Bool { list.status.readAt == nil && loop.now - startedAt < Self.longestStart }

    /// Keeps the outcome for /health, and logs what is news.
    private func note(_ outcome: Outcome) {
        if isStopped { return }
        let problem: String?
        switch outcome {
        case .tooEarly: return
        case .read: problem = nil
        case .failed(let reason): problem = reason
        }
        let before = list.note(problem: problem, at: WallClock.systemTime)
        let (profile, service) = (LogValue.string(list.profile), LogValue.string(list.settings.service))
        if let problem, before.problem == nil {
            core.logger.warning(
                "revocations cannot be read, those known stay in force",
                ["jwt": profile, "service": service, "reason": .string(problem)])
        } else if problem == nil, before.problem != nil {
            core.logger.info("revocations are read again", ["jwt": profile, "service": service])
        }
        if before.dropped > 0, !isFull {
            core.logger.warning(
                "more is revoked than there is room for, what expires first is forgotten",
                ["jwt": profile, "maxEntries": .integer(list.settings.maxEntries)])
        }
        isFull = before.dropped > 0
    }
}
