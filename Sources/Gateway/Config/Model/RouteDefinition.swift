public import Policy

/// A route: which requests, where to, and under which rules. The defaults of the file have been filled in.
public struct RouteDefinition: Hashable, Sendable {
    /// What happens to a request.
    public enum Action: Hashable, Sendable {
        /// It is forwarded to one of these, by weight; at least one has a weight.
        case forward([WeightedService])
        /// It is answered by the gateway itself.
        case respond(StaticResponse)
    }

    /// The name, for logs and metrics; unique.
    public var name: String
    /// Which requests.
    public var pattern: RoutePattern
    /// What happens to them.
    public var action: Action
    /// How the path changes on its way upstream.
    public var rewrite = PathRewriteRule.none
    /// Who may.
    public var auth = AuthRule()
    /// How often; all of the rules hold.
    public var rateLimits: [RateLimitRule] = []
    /// How long.
    public var timeouts = RouteTimeouts()
    /// What is tried again.
    public var retry = RetrySettings()
    /// The largest request body, in bytes.
    public var bodyLimit = 10 * 1024 * 1024
    /// What browsers may do from other origins; nil for nothing beyond what the service says.
    public var cors: CORSRule?
    /// Who may open a WebSocket.
    public var webSocket = WebSocketRule.allowed
    /// Changes to the request's fields.
    public var requestHeaders = HeaderEdits()
    /// Changes to the response's fields.
    public var responseHeaders = HeaderEdits()
    /// Whether `%2F` and `%5C` are let through.
    public var allowsEncodedSlash = false

    init(name: String, pattern: RoutePattern, action: Action) {
        self.name = name
        self.pattern = pattern
        self.action = action
    }
}

/// A service and its share of a route's requests.
public struct WeightedService: Hashable, Sendable {
    /// Index of the service.
    public let service: Int
    /// The name of the service.
    public let name: String
    /// Its share, relative to the others'.
    public let weight: Int
}

/// An answer that the gateway gives itself.
public struct StaticResponse: Hashable, Sendable {
    /// The status.
    public let status: Int
    /// The fields, besides `Content-Length` and `Date`.
    public let headers: [HeaderField]
    /// The body.
    public let body: String
}

/// How the path changes on its way upstream.
public enum PathRewriteRule: Hashable, Sendable {
    /// Not at all.
    case none
    /// This literal start of it is dropped.
    case strip(String)
    /// It becomes this, with `{name}` and `{**}` replaced by what the pattern captured.
    case template(String)
}

/// How long parts of a forwarded request may take.
public struct RouteTimeouts: Hashable, Sendable {
    /// From the whole request's head to the end of the response.
    public var total = Nanoseconds(15_000_000_000)
    /// One try; nil for an equal share of `total`.
    public var perTry: Nanoseconds?
    /// To connect; nil for the service's own.
    public var connect: Nanoseconds?
    /// Without a byte either way on streams and WebSockets, which have no total.
    public var idle = Nanoseconds(300_000_000_000)

    /// The defaults.
    public init() {}

    /// How long one try may take when there are `retries` more: an equal share, and at least a second.
    public func perTry(retries: Int) -> Nanoseconds {
        perTry ?? min(total, max(total / Nanoseconds(max(retries, 0) + 1), 1_000_000_000))
    }
}
