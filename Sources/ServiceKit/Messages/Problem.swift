/// An answer that refuses, as problem details (RFC 9457). Throwing one from a handler sends it.
public struct Problem: Error, Hashable, Sendable {
    /// The status code.
    public let status: Int
    /// A stable code for programs, the end of `type`.
    public let code: String
    /// What kind of problem it is, for people.
    public let title: String
    /// What is wrong this time, for people. Nothing internal, and no secrets.
    public let detail: String
    /// Every field that is wrong.
    public let errors: [FieldError]
    /// Header fields that go with the answer.
    public let fields: [HeaderField]

    /// One field that is wrong.
    public struct FieldError: Hashable, Sendable {
        /// The field's name, or that of a parameter.
        public let field: String
        /// What is wrong with it.
        public let detail: String

        /// - Parameters:
        ///   - field: the field's name.
        ///   - detail: what is wrong with it.
        public init(_ field: String, _ detail: String) {
            self.field = field
            self.detail = detail
        }
    }

    /// - Parameters:
    ///   - status: the status code.
    ///   - code: a stable code for programs.
    ///   - title: what kind of problem it is.
    ///   - detail: what is wrong this time.
    ///   - errors: every field that is wrong.
    ///   - fields: header fields that go with the answer.
    public init(
        _ status: Int, _ code: String, _ title: String, _ detail: String, errors: [FieldError] = [],
        fields: [HeaderField] = []
    ) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.errors = errors
        self.fields = fields
    }

    /// 400: the request cannot be understood.
    public static func badRequest(_ code: String, _ detail: String) -> Problem {
        Problem(400, code, "Bad request", detail)
    }

    /// 400 that names every bad field.
    public static func invalid(_ errors: [FieldError]) -> Problem {
        let count = errors.count == 1 ? "1 field is" : "\(errors.count) fields are"
        return Problem(400, "invalid-fields", "Invalid fields", "\(count) not valid.", errors: errors)
    }

    /// 401: nobody signed in (RFC 6750 section 3: without an error code).
    public static let unauthenticated = Problem(
        401, "unauthenticated", "Not signed in", "A bearer token is needed.",
        fields: [HeaderField("www-authenticate", "Bearer")])

    /// 401: the token is not accepted. One answer for all reasons.
    public static let invalidToken = Problem(
        401, "invalid-token", "Invalid token", "The bearer token is not valid.",
        fields: [HeaderField("www-authenticate", #"Bearer error="invalid_token""#)])

    /// 403: known, and not allowed.
    public static func forbidden(_ detail: String) -> Problem {
        Problem(403, "forbidden", "Forbidden", detail)
    }

    /// 404: not there, or not for the caller to see.
    public static func notFound(_ detail: String = "There is nothing at this address.") -> Problem {
        Problem(404, "not-found", "Not found", detail)
    }

    /// 409: it does not fit what is there.
    public static func conflict(_ code: String, _ detail: String, field: String? = nil) -> Problem {
        Problem(409, code, "Conflict", detail, errors: field.map { [FieldError($0, detail)] } ?? [])
    }

    /// 429: too much of it.
    public static func tooManyRequests(_ detail: String, retryAfter seconds: Int) -> Problem {
        Problem(
            429, "too-many-requests", "Too many requests", detail, fields: [HeaderField("retry-after", String(seconds))]
        )
    }

    /// 503: not now.
    public static func unavailable(_ detail: String) -> Problem {
        Problem(503, "unavailable", "Service unavailable", detail, fields: [HeaderField("retry-after", "1")])
    }

    /// The answer, which names the request so that its log lines can be found.
    func response(to request: ServiceRequest) -> ServiceResponse {
        var members: [JSON.Member] = [
            .init("type", .string("urn:problem:" + code)), .init("title", .string(title)),
            .init("status", .integer(status)), .init("detail", .string(detail)),
            .init("instance", .string(request.path)),
        ]
        if !request.requestID.isEmpty { members.append(.init("requestId", .string(request.requestID))) }
        if !errors.isEmpty {
            let list = errors.map { ["field": .string($0.field), "detail": .string($0.detail)] as JSON }
            members.append(.init("errors", .array(list)))
        }
        return ServiceResponse(
            status: status, fields: [HeaderField("content-type", "application/problem+json")] + fields,
            body: JSON.object(members).bytes)
    }
}
