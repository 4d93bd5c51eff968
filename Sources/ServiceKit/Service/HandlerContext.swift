public import SQLite
public import Telemetry

/// What a handler is given.
public struct HandlerContext: Sendable {
    /// The service's own database.
    public let database: Database
    /// For what an operator should know.
    public let logger: Logger
    /// Where work runs that takes long.
    public let work: BlockingWork
    /// How tokens are signed.
    public let tokens: TokenSettings
    /// The time in seconds since 1970.
    public let now: @Sendable () -> Int64
    /// Asks other services.
    public let services: ServiceClient
    /// Work that the service does by itself.
    public let jobs: Jobs
    /// Routes that anybody may use, as `POST /create-product`: whoever has no token is `anonymous` there.
    public let openRoutes: Set<String>

    /// - Parameters:
    ///   - database: the service's own database.
    ///   - logger: for what an operator should know.
    ///   - work: where work runs that takes long.
    ///   - tokens: how tokens are signed.
    ///   - now: the time in seconds since 1970.
    ///   - services: asks other services.
    ///   - jobs: work that the service does by itself.
    ///   - openRoutes: routes that anybody may use.
    public init(
        database: Database, logger: Logger, work: BlockingWork, tokens: TokenSettings,
        now: @escaping @Sendable () -> Int64,
        services: ServiceClient = .none, jobs: Jobs = Jobs(), openRoutes: Set<String> = []
    ) {
        self.database = database
        self.logger = logger
        self.work = work
        self.tokens = tokens
        self.now = now
        self.services = services
        self.jobs = jobs
        self.openRoutes = openRoutes
    }
}
