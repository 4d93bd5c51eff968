/// A good answer of a route.
public struct Reply<Body: Output>: Sendable {
    /// What is answered.
    public let body: Body
    /// Header fields that go with it.
    public let fields: [HeaderField]

    /// - Parameters:
    ///   - body: what is answered.
    ///   - fields: header fields that go with it.
    public init(_ body: Body, fields: [HeaderField] = []) {
        self.body = body
        self.fields = fields
    }

    /// What was asked for.
    public static func ok(_ body: Body) -> Reply { Reply(body) }

    /// Something that was made and stands at `location` (RFC 9110 section 15.3.2).
    public static func created(_ body: Body, at location: String) -> Reply {
        Reply(body, fields: [HeaderField("location", location)])
    }
}

extension Reply where Body == Nothing {
    /// Done, and nothing to say.
    public static var nothing: Reply { Reply(Nothing()) }
}

/// A request as a typed route sees it.
public struct Call<Query: Input, Body: Input>: Sendable {
    /// The request itself.
    public let request: ServiceRequest
    /// The fields of its query.
    public let query: Query
    /// The fields of its body.
    public let body: Body

    /// What the path's parameters are.
    public var parameters: PathParameters { request.parameters }

    /// Who calls.
    ///
    /// - Throws: 401 when nobody signed in.
    public func caller() throws(Problem) -> Caller { try request.caller() }
}

/// What a route says of itself to people and in the OpenAPI document.
public struct Operation: Hashable, Sendable, ExpressibleByStringLiteral {
    /// What it does, in a few words.
    public let summary: String
    /// Refusals beyond those that follow from its declaration, as status codes.
    public let refusals: [Int]
    /// Whether a repeated request with the same `Idempotency-Key` gets the first one's answer.
    public let takesIdempotencyKey: Bool

    /// - Parameters:
    ///   - summary: what it does, in a few words.
    ///   - refusals: status codes of refusals beyond those that follow from the declaration (400 and 415 of fields, 401 and
    ///     403 of access, 404 of path parameters).
    ///   - takesIdempotencyKey: whether `Idempotency-Key` is heeded.
    public init(_ summary: String, refusals: [Int] = [], takesIdempotencyKey: Bool = false) {
        self.summary = summary
        self.refusals = refusals
        self.takesIdempotencyKey = takesIdempotencyKey
    }

    /// Only a summary.
    public init(stringLiteral summary: String) { self.init(summary) }
}
