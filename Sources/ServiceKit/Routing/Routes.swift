public import HTTP

/// The addresses of a service and what answers there.
///
/// ```
/// routes.get("/products/{id:int}", access: .anyone) { request in
///     .json(try await store.product(request.parameters.integer("id")).json)
/// }
/// ```
public struct Routes: Sendable {
    /// What answers at an address. It may throw a `Problem`; any other error becomes 500, or what a database error means.
    public typealias Responder = @Sendable (ServiceRequest) async throws -> ServiceResponse

    struct Route: Sendable {
        let method: HTTP.Method
        let pattern: PathPattern
        let access: Access
        /// What it says of itself; nil for what is not part of the service's interface.
        let declaration: Declaration?
        let respond: Responder

        /// Method and pattern, such as `GET /products/{id}`.
        var name: String { "\(method.token) \(pattern.template)" }

        /// Whether a repetition with the same `Idempotency-Key` gets the first answer.
        var takesIdempotencyKey: Bool { declaration?.operation.takesIdempotencyKey ?? false }
    }

    /// In the order in which they are tried.
    private(set) var routes: [Route] = []
    /// In the order in which they are tried.
    var webSockets: [WebSocketRoute] = []
    /// What is done when the service is about to stop.
    private(set) var stops: [@Sendable () -> Void] = []

    /// No routes.
    public init() {}

    /// Answers `method` at `pattern` with whatever `respond` makes, and stays out of the OpenAPI document.
    public mutating func on(
        _ method: HTTP.Method, _ pattern: StaticString, access: Access = .signedIn, _ respond: @escaping Responder
    ) {
        add(method, pattern, access: access, declaration: nil, respond)
    }

    mutating func add(
        _ method: HTTP.Method, _ pattern: StaticString, access: Access, declaration: Declaration?,
        _ respond: @escaping Responder
    ) {
        let route = Route(
            method: method, pattern: PathPattern(pattern), access: access, declaration: declaration, respond: respond)
        precondition(
            !routes.contains { $0.method == method && $0.pattern == route.pattern }, "two routes at \(pattern)")
        let place = routes.firstIndex { route.pattern.precedes($0.pattern) } ?? routes.endIndex
        routes.insert(route, at: place)
    }

    /// Answers GET and HEAD.
    public mutating func get(_ pattern: StaticString, access: Access = .signedIn, _ respond: @escaping Responder) {
        on(.get, pattern, access: access, respond)
    }

    /// Answers POST.
    public mutating func post(_ pattern: StaticString, access: Access = .signedIn, _ respond: @escaping Responder) {
        on(.post, pattern, access: access, respond)
    }

    /// Answers PUT.
    public mutating func put(_ pattern: StaticString, access: Access = .signedIn, _ respond: @escaping Responder) {
        on(.put, pattern, access: access, respond)
    }

    /// Answers DELETE.
    public mutating func delete(_ pattern: StaticString, access: Access = .signedIn, _ respond: @escaping Responder) {
        on(.delete, pattern, access: access, respond)
    }

    /// Does something when the service is about to stop: ends what would wait for clients otherwise.
    mutating func onStop(_ body: @escaping @Sendable () -> Void) { stops.append(body) }

    /// What stands at an address.
    enum Match {
        case found(Route, PathParameters)
        case wrongMethod(allowed: [HTTP.Method])
        case nothing
    }

    /// Looks an address up.
    func match(_ method: HTTP.Method, _ path: String) -> Match {
        guard let segments = Self.segments(of: path) else { return .nothing }
        var allowed: [HTTP.Method] = []
        for route in routes {
            guard let parameters = route.pattern.match(segments) else { continue }
            if route.method == method { return .found(route, parameters) }
            if !allowed.contains(route.method) { allowed.append(route.method) }
        }
        return allowed.isEmpty ? .nothing : .wrongMethod(allowed: allowed)
    }

    /// The decoded segments of a path; nil when it is none.
    static func segments(of path: String) -> [String]? {
        guard path.first == "/" else { return nil }
        var segments: [String] = []
        for part in PathPattern.split(path) {
            guard let segment = Parameters.decode(Array(part.utf8)[...], plusIsSpace: false) else { return nil }
            segments.append(segment)
        }
        return segments
    }
}
