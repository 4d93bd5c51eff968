public import HTTP

/// Routes that say what they take and give: the router reads and checks the fields, and the OpenAPI document says the same.
extension Routes {
    /// What answers a typed route.
    public typealias TypedResponder<Query: Input, Body: Input, Answer: Output> =
        @Sendable (Call<Query, Body>) async throws -> Reply<Answer>

    /// Answers `method` at `pattern`.
    ///
    /// - Parameters:
    ///   - operation: what it says of itself.
    ///   - access: who may use it.
    ///   - query: the fields of the query.
    ///   - body: the fields of the body.
    ///   - status: the status of a good answer; 204 has no body.
    public mutating func on<Query: Input, Body: Input, Answer: Output>(
        _ method: HTTP.Method, _ pattern: StaticString, _ operation: Operation, access: Access = .signedIn,
        query: Query.Type, body: Body.Type, status: Int = 200,
        _ respond: @escaping TypedResponder<Query, Body, Answer>
    ) {
        let declaration = Declaration(
            operation: operation, status: status, answer: status == 204 ? nil : Answer.schema,
            query: Query.properties, body: Body.self == NoInput.self ? nil : Body.schema, needsBody: !Body.isOptional)
        add(method, pattern, access: access, declaration: declaration) { request in
            let call = Call(
                request: request, query: try Self.read(Query.self, from: Form(request.query)),
                body: try Self.read(Body.self, from: Self.hasNoBody(Body.self, request) ? Form([]) : request.form()))
            let reply = try await respond(call)
            if status == 204 { return ServiceResponse(status: 204, fields: reply.fields) }
            return .json(reply.body.json, status: status, fields: reply.fields)
        }
    }

    private static func hasNoBody<Body: Input>(_ type: Body.Type, _ request: ServiceRequest) -> Bool {
        type == NoInput.self || type.isOptional && request.body.isEmpty
    }

    private static func read<Value: Input>(_ type: Value.Type, from form: Form) throws(Problem) -> Value {
        var form = form
        let value = Value(&form)
        try form.check()
        return value
    }

    /// Answers GET and HEAD, with the fields of a query.
    public mutating func get<Query: Input, Answer: Output>(
        _ pattern: StaticString, _ operation: Operation, access: Access = .signedIn, query: Query.Type,
        _ respond: @escaping TypedResponder<Query, NoInput, Answer>
    ) {
        on(.get, pattern, operation, access: access, query: query, body: NoInput.self, respond)
    }

    /// Answers GET and HEAD.
    public mutating func get<Answer: Output>(
        _ pattern: StaticString, _ operation: Operation, access: Access = .signedIn,
        _ respond: @escaping TypedResponder<NoInput, NoInput, Answer>
    ) {
        on(.get, pattern, operation, access: access, query: NoInput.self, body: NoInput.self, respond)
    }

    /// Answers POST, with the fields of a body; 201 unless another status is given.
    public mutating func post<Body: Input, Answer: Output>(
        _ pattern: StaticString, _ operation: Operation, access: Access = .signedIn, body: Body.Type,
        status: Int = 201, _ respond: @escaping TypedResponder<NoInput, Body, Answer>
    ) {
        on(.post, pattern, operation, access: access, query: NoInput.self, body: body, status: status, respond)
    }

    /// Answers POST without a body; 200 unless another status is given.
    public mutating func post<Answer: Output>(
        _ pattern: StaticString, _ operation: Operation, access: Access = .signedIn, status: Int = 200,
        _ respond: @escaping TypedResponder<NoInput, NoInput, Answer>
    ) {
        on(
            .post, pattern, operation, access: access, query: NoInput.self, body: NoInput.self, status: status, respond)
    }

    /// Answers PUT, with the fields of a body.
    public mutating func put<Body: Input, Answer: Output>(
        _ pattern: StaticString, _ operation: Operation, access: Access = .signedIn, body: Body.Type,
        _ respond: @escaping TypedResponder<NoInput, Body, Answer>
    ) {
        on(.put, pattern, operation, access: access, query: NoInput.self, body: body, respond)
    }

    /// Answers PUT without a body.
    public mutating func put<Answer: Output>(
        _ pattern: StaticString, _ operation: Operation, access: Access = .signedIn,
        _ respond: @escaping TypedResponder<NoInput, NoInput, Answer>
    ) {
        on(.put, pattern, operation, access: access, query: NoInput.self, body: NoInput.self, respond)
    }

    /// Answers DELETE.
    public mutating func delete<Answer: Output>(
        _ pattern: StaticString, _ operation: Operation, access: Access = .signedIn,
        _ respond: @escaping TypedResponder<NoInput, NoInput, Answer>
    ) {
        on(.delete, pattern, operation, access: access, query: NoInput.self, body: NoInput.self, respond)
    }
}

/// What a typed route says of itself.
struct Declaration: Sendable {
    let operation: Operation
    let status: Int
    /// The schema of a good answer; nil for one without a body.
    let answer: Schema?
    let query: [Schema.Property]
    let body: Schema?
    /// Whether a request without a body is refused.
    let needsBody: Bool
}
