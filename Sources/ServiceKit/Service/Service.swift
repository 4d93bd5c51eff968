import HTTP
import SQLite
import Telemetry

/// A service without its transport: a request goes in, a response comes out, and nothing throws.
///
///     request -> /health | /openapi.json | route -> who calls -> may they -> handler -> response
///                                 404 405          401           403         Problem, database error, bug
public struct Service: Sendable {
    /// The largest body that is read.
    public static let bodyLimit = 1 << 20

    private let name: String
    let routes: Routes
    private let authenticator: Authenticator
    private let openRoutes: Set<String>
    private let database: Database
    private let logger: Logger
    private let openAPI: [UInt8]
    /// Nil when no route takes keys.
    private let idempotencyKeys: IdempotencyKeys?

    /// - Parameters:
    ///   - handler: what answers.
    ///   - context: what the handler was given.
    /// - Throws: when the token settings are unusable.
    public init<Handler: ServiceHandler>(_ handler: Handler, _ context: HandlerContext) throws {
        name = Handler.name
        var routes = Routes()
        handler.addRoutes(to: &routes)
        let consumers = handler.consumers
        if !consumers.isEmpty { Inbox(consumers, context).addRoutes(to: &routes) }
        self.routes = routes
        openAPI = OpenAPIDocument.json(title: Handler.name, routes.routes).bytes
        authenticator = try Authenticator(context.tokens, now: context.now)
        openRoutes = context.openRoutes
        database = context.database
        logger = context.logger
        let takesKeys = routes.routes.contains(where: \.takesIdempotencyKey)
        precondition(
            !takesKeys || Handler.migrations.contains(IdempotencyKeys.migration),
            "\(Handler.name) takes idempotency keys and has no table for them")
        idempotencyKeys = takesKeys ? try IdempotencyKeys(context) : nil
    }

    /// Answers a request. The caller leaves out the body of an answer to HEAD.
    public func respond(to request: ServiceRequest) async -> ServiceResponse {
        if request.path == "/health" { return await health(request) }
        if request.path == "/openapi.json", request.method == .get || request.method == .head {
            return ServiceResponse(
                status: 200, fields: [HeaderField("content-type", "application/json")], body: openAPI)
        }
        do {
            return try await dispatch(request)
        } catch {
            let problem = problem(for: error, request)
            return problem.response(to: request)
        }
    }

    private func dispatch(_ original: ServiceRequest) async throws -> ServiceResponse {
        var request = original
        if request.method == .head { request.method = .get }
        request.query = try query(of: request)
        switch routes.match(request.method, request.path) {
        case .nothing:
            if routes.matchWebSocket(request.path) != nil { throw Problem.upgradeRequired }
            throw Problem.notFound()
        case .wrongMethod(let allowed):
            let allow = HeaderField("allow", Self.list(allowed))
            if request.method == .options { return ServiceResponse(status: 204, fields: [allow]) }
            throw Problem(
                405, "method-not-allowed", "Method not allowed", "This address answers \(allow.value).", fields: [allow]
            )
        case .found(let route, let parameters):
            request.identity = try authenticator.identity(of: request) ?? stranger(at: route)
            try route.access.check(request.identity)
            request.parameters = parameters
            guard route.takesIdempotencyKey, let idempotencyKeys,
                let key = try IdempotencyKey(request, route: route.name)
            else { return try await route.respond(request) }
            return try await idempotencyKeys.respond(to: key, request) { request in
                do {
                    return try await route.respond(request)
                } catch {
                    return problem(for: error, request).response(to: request)
                }
            }
        }
    }

    /// Whoever has no token, at a route that was opened to everybody.
    private func stranger(at route: Routes.Route) -> Caller? {
        guard !openRoutes.isEmpty, openRoutes.contains("\(route.method.token) \(route.pattern.template)") else {
            return nil
        }
        return Caller(subject: "anonymous")
    }

    /// The request with its query read, and who calls.
    func identified(_ original: ServiceRequest) throws(Problem) -> ServiceRequest {
        var request = original
        request.query = try query(of: request)
        request.identity = try authenticator.identity(of: request)
        return request
    }

    private func query(of request: ServiceRequest) throws(Problem) -> Parameters {
        guard let query = Parameters(Array(request.rawQuery.utf8).span) else {
            throw .badRequest("malformed-query", "The query is not well-formed.")
        }
        return query
    }

    /// The answer to an error, which the log hears of when it is ours.
    func problem(for error: any Error, _ request: ServiceRequest) -> Problem {
        let problem = Problem(answering: error)
        if problem.status >= 500 {
            logger.error(
                "request failed",
                [
                    "requestId": .string(request.requestID), "method": "\(request.method.token)",
                    "path": .string(request.path), "status": .integer(problem.status), "error": "\(error)",
                ])
        }
        return problem
    }

    /// Whether the process lives and reaches its database, as `application/health+json`.
    private func health(_ request: ServiceRequest) async -> ServiceResponse {
        var output: String?
        do {
            _ = try await database.read { try $0.exists("SELECT 1 FROM schema_migrations LIMIT 1") }
        } catch {
            output = "\(error)"
            logger.error("the database is not reachable", ["error": .string(output ?? "")])
        }
        let status: JSON = output == nil ? "pass" : "fail"
        let json: JSON = ["status": status, "serviceId": .string(name), "checks": ["database": [["status": status]]]]
        return ServiceResponse(
            status: output == nil ? 200 : 503,
            fields: [HeaderField("content-type", "application/health+json"), HeaderField("cache-control", "no-store")],
            body: json.bytes)
    }

    private static func list(_ methods: [HTTP.Method]) -> String {
        var names = methods.map { $0.token.description }
        if methods.contains(.get) { names.append("HEAD") }
        return (names + ["OPTIONS"]).sorted().joined(separator: ", ")
    }
}
