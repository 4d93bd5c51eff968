internal import Bytes
internal import Crypto
internal import Reactor
internal import Synchronization
internal import Telemetry

/// The document of the whole API, and the documents of the services that it was joined from: one for all loops.
///
/// It is made when somebody asks for it, by the loop of whoever asks first, and made anew when the configuration changes or
/// processes are replaced. Services are asked at most every five seconds.
final class OpenAPILibrary: Sendable {
    /// A document that was made.
    struct Edition: Sendable {
        let body: [UInt8]
        /// The value of `ETag`.
        let tag: [UInt8]
        fileprivate let mark: Mark
    }

    /// What a document depends on.
    fileprivate struct Mark: Hashable, Sendable {
        let generation: UInt64
        let processes: UInt64
        /// Services that are not processes of ours change without a sign.
        let minute: UInt64
        /// Whether every service has told of itself.
        var isComplete = true
    }

    private struct State {
        var edition: Edition?
        /// The last document of each service.
        var sources: [String: [UInt8]] = [:]
        /// Why a service has none.
        var problems: [String: String] = [:]
        var askedAt: Instant?
        var isBusy = false
    }

    private let state = Mutex(State())

    /// How often services may be asked.
    private static let pause: Nanoseconds = 5_000_000_000
    /// How long all services together may take to answer.
    private static let patience: Nanoseconds = 5_000_000_000
    /// The largest document of a service.
    private static let largestSource = 4 << 20

    /// The document for now; nil when no service has told of itself.
    func edition(for worker: Worker) async -> Edition? {
        let loop = worker.loop
        let mark = Self.mark(for: worker)
        while true {
            switch claim(mark, now: loop.now) {
            case .take(let edition): return edition
            case .wait: await loop.sleep(for: 20_000_000)
            case .make(let asks):
                let problems = asks ? await ask(worker) : nil
                return await make(mark, of: worker.snapshot, problems: problems, logger: worker.core.logger)
            }
        }
    }

    private static func mark(for worker: Worker) -> Mark {
        let snapshot = worker.snapshot
        var processes: UInt64 = 0
        var hasTargets = false
        for (definition, bound) in zip(snapshot.configuration.services, snapshot.services) where definition.hasOpenAPI {
            if case .targets = definition.source { hasTargets = true }
            for process in worker.core.board.processes(of: bound.service.name) where process.isAccepting {
                processes = KeyedHash.hash(processes, UInt64(process.pid ?? 0))
            }
        }
        return Mark(
            generation: snapshot.generation, processes: processes,
            minute: hasTargets ? worker.loop.now.nanoseconds / 60_000_000_000 : 0)
    }

    // MARK: Making

    private enum Claim {
        case take(Edition?)
        /// Somebody else makes the first.
        case wait
        /// - asks: whether services may be asked again.
        case make(asks: Bool)
    }

    private func claim(_ mark: Mark, now: Instant) -> Claim {
        state.withLock { state in
            if let edition = state.edition, edition.mark == mark || state.isBusy { return .take(edition) }
            if state.isBusy { return .wait }
            let mayAsk = state.askedAt.map { now - $0 >= Self.pause } ?? true
            let isNewConfiguration = state.edition.map { $0.mark.generation != mark.generation } ?? false
            guard mayAsk || isNewConfiguration else { return .take(state.edition) }
            state.isBusy = true
            if mayAsk { state.askedAt = now }
            return .make(asks: mayAsk)
        }
    }

    /// Asks every service for its document. What one has told before stays where it gives no answer.
    /// - Returns: why services gave none.
    private func ask(_ worker: Worker) async -> [String: String] {
        let loop = worker.loop
        let deadline = loop.now + Self.patience
        var problems: [String: String] = [:]
        for (definition, bound) in zip(worker.snapshot.configuration.services, worker.snapshot.services)
        where definition.hasOpenAPI {
            let now = loop.now
            guard now < deadline else { break }
            let query = ServiceQuery(
                service: bound.service, pool: worker.pool, loop: loop, patience: min(2_000_000_000, deadline - now),
                firstResultWait: min(bound.firstResultWait, deadline - now), largestAnswer: Self.largestSource)
            do {
                let answer = try await query.get("/openapi.json")
                state.withLock { $0.sources[definition.name] = answer }
            } catch {
                problems[definition.name] = error.problem
            }
        }
        return problems
    }

    /// - Parameter problems: why services gave no documents; nil when they were not asked.
    private func make(
        _ mark: Mark, of snapshot: Snapshot, problems: [String: String]?, logger: Logger
    ) async -> Edition? {
        let texts = state.withLock { $0.sources }
        let (edition, unusable) = await OffLoop.run("openapi") { Self.join(texts, mark, snapshot) }
        let (current, news) = state.withLock { state in
            state.isBusy = false
            state.edition = edition ?? state.edition
            let before = state.problems
            state.problems = problems ?? before
            for service in unusable { state.problems[service] = "what it says is no document of OpenAPI 3" }
            return (state.edition, state.problems.filter { before[$0.key] != $0.value })
        }
        for (service, problem) in news {
            logger.warning(
                "a service does not describe its API", ["service": .string(service), "reason": .string(problem)])
        }
        return current
    }

    /// - Returns: the document, nil when there is nothing to join; and the services whose documents cannot be used.
    private static func join(
        _ texts: [String: [UInt8]], _ mark: Mark, _ snapshot: Snapshot
    ) -> (Edition?, unusable: [String]) {
        let configuration = snapshot.configuration
        guard let settings = configuration.openAPI else { return (nil, []) }
        var sources: [OpenAPIJoin.Source] = []
        var unusable: [String] = []
        var mark = mark
        for (index, service) in configuration.services.enumerated() where service.hasOpenAPI {
            guard let text = texts[service.name] else {
                mark.isComplete = false
                continue
            }
            if let document = JSONTree(parsing: text), OpenAPIJoin.isSupported(document) {
                sources.append(OpenAPIJoin.Source(service: index, name: service.name, document: document))
            } else {
                unusable.append(service.name)
            }
        }
        if sources.isEmpty { return (nil, unusable) }
        let routes = OpenAPIRoutes(table: snapshot.table, routes: snapshot.routes.map(\.route))
        let body = OpenAPIJoin(settings: settings, routes: routes).document(of: sources).bytes
        let digest = Array(HashAlgorithm.sha256.digest(body.span).prefix(16))
        let tag = [UInt8(ascii: "\"")] + Hex.encode(digest.span) + [UInt8(ascii: "\"")]
        return (Edition(body: body, tag: tag, mark: mark), unusable)
    }
}
