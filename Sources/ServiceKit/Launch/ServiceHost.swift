import Bytes
import Crypto
import Reactor
public import SQLite
import Synchronization
import Telemetry

/// Runs one handler as a process of its own: opens its database, listens, and stops when it is told to.
public enum ServiceHost {
    /// How long requests may take to finish when the process is to stop.
    private static let patience: Nanoseconds = 10_000_000_000

    /// Runs a service until SIGTERM or SIGINT. Blocks.
    ///
    /// The environment gives `SHOP_JWT_SECRET_FD` (a descriptor) or `SHOP_JWT_SECRET`, `SHOP_JWT_ISSUER` and
    /// `SHOP_JWT_AUDIENCE` (both "shop" by default), `GATEWAY_INTERNAL` for where to ask other services, `SHOP_SEED=off`
    /// for a database that starts empty, and `SHOP_OPEN_ROUTES` with routes that need no token, as
    /// `POST /create-product, GET /orders`.
    public static func run<Handler: ServiceHandler>(_ handler: Handler.Type, _ options: LaunchOptions) throws {
        SignalSource.block()
        guard let secret = try ProcessEnvironment.takeSecret("SHOP_JWT_SECRET") else {
            throw LaunchError("the secret of the tokens is missing: set SHOP_JWT_SECRET_FD or SHOP_JWT_SECRET")
        }
        guard secret.count >= 32 else { throw LaunchError("the secret of the tokens must have at least 32 bytes") }
        let tokens = TokenSettings(
            issuer: ProcessEnvironment.variable("SHOP_JWT_ISSUER") ?? "shop",
            audience: ProcessEnvironment.variable("SHOP_JWT_AUDIENCE") ?? "shop", secret: secret)
        let isSeeding = ProcessEnvironment.variable("SHOP_SEED") != "off"
        let loop = try EventLoop(index: 0)
        let services = try ServiceClient(of: handler, tokens, on: loop)
        let context = try makeContext(
            handler, database: options.database, tokens: tokens, on: loop, services: services)
        defer {
            context.database.close()
            context.logger.flush()
        }
        let service = try Handler(context)
        let server = try Service(service, context)
        let failure = run(on: loop) {
            if isSeeding { try await service.seed() }
            try await serve(server, options, on: loop, context)
        }
        if let failure { throw failure }
    }

    /// Fills a new database with data to try things with. Blocks.
    public static func seed<Handler: ServiceHandler>(_ handler: Handler.Type, database: String) throws {
        // No token is made or checked here, so any key will do.
        let tokens = TokenSettings(issuer: "", audience: "", secret: Secret(SecureRandom.bytes(32).span))
        let loop = try EventLoop(index: 0)
        let context = try makeContext(handler, database: database, tokens: tokens, on: loop)
        defer { context.database.close() }
        let service = try Handler(context)
        if let failure = run(on: loop, { try await service.seed() }) { throw failure }
    }

    /// Opens the database of a handler and changes it. Blocks: for commands.
    public static func change<Handler: ServiceHandler>(
        _ handler: Handler.Type, database path: String, _ body: @escaping @Sendable (Database) async throws -> Void
    ) throws {
        let database = try Database(path: path, migrations: Handler.migrations)
        defer { database.close() }
        if let failure = run(on: try EventLoop(index: 0), { try await body(database) }) { throw failure }
    }

    /// Works on a database whatever service it belongs to, and leaves its schema as it is. Blocks: for commands.
    public static func work(
        on path: String, _ body: @escaping @Sendable (Database) async throws -> Void
    ) throws {
        let database = try Database(existing: path)
        defer { database.close() }
        if let failure = run(on: try EventLoop(index: 0), { try await body(database) }) { throw failure }
    }

    private static func makeContext<Handler: ServiceHandler>(
        _ handler: Handler.Type, database path: String, tokens: TokenSettings, on loop: EventLoop,
        services: ServiceClient = .none
    ) throws -> HandlerContext {
        let logger = try Logger(writer: LogWriter(.standardError)).with(["service": .string(Handler.name)])
        let processors = EventLoopGroup.availableProcessors
        var options = Database.Options()
        // What the requests of one round read goes to the readers together.
        options.gathersReads = { loop.isCurrent }
        let database = try Database(path: path, migrations: Handler.migrations, options: options)
        loop.onRoundEnd { database.handOnReads() }
        return HandlerContext(
            database: database, logger: logger,
            // One processor stays free for requests, where there are several.
            work: BlockingWork(width: max(1, min(4, processors - 1)), limit: 64), tokens: tokens,
            now: { WallClock.systemTime / 1000 }, services: services, openRoutes: openRoutes)
    }

    /// What `SHOP_OPEN_ROUTES` lists, separated by commas.
    private static var openRoutes: Set<String> {
        let list = ProcessEnvironment.variable("SHOP_OPEN_ROUTES") ?? ""
        return Set(list.split(separator: ",").map { String($0).trimmed })
    }

    /// Runs `body` on an event loop on this thread, and returns what it threw.
    private static func run(
        on loop: EventLoop, _ body: @escaping @Sendable () async throws -> Void
    ) -> (any Error)? {
        let failure = Failure()
        loop.spawn {
            do { try await body() } catch { failure.error.withLock { $0 = error } }
            loop.stop()
        }
        loop.run()
        return failure.error.withLock { $0 }
    }

    private final class Failure: Sendable {
        let error = Mutex<(any Error)?>(nil)
    }

    private static func serve(
        _ service: Service, _ options: LaunchOptions, on loop: EventLoop, _ context: HandlerContext
    ) async throws {
        let logger = context.logger
        let signals = try SignalSource(loop: loop)
        let server: ServiceServer
        do throws(SystemError) {
            server = try ServiceServer(service, at: options.address, on: loop, logger: logger)
        } catch {
            throw LaunchError("cannot listen on \(options.address): \(error)")
        }
        server.run()
        let jobs = JobRunner(on: loop, logger: logger)
        jobs.run(context.jobs)
        logger.info("listening", ["address": "\(server.address)", "database": .string(options.database)])
        while let signal = await signals.next() {
            guard signal == .terminate || signal == .interrupt else { continue }
            break
        }
        let cut = await server.stop(patience: patience)
        let late = await jobs.stop(patience: patience)
        logger.info("stopped", ["requestsCut": .integer(cut), "jobsCut": .integer(late)])
    }
}
