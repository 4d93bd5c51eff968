public import Policy

/// Who may use a route.
public struct AuthRule: Hashable, Sendable {
    /// Whether a token is wanted.
    public enum Mode: String, Hashable, Sendable {
        /// Tokens are not looked at.
        case none
        /// Without a token the request is anonymous; a bad one is refused.
        case optional
        /// Without a good token the request is refused.
        case required
    }

    /// Whether a token is wanted.
    public var mode = Mode.none
    /// Indexes of the token profiles of which one must fit; empty only if the mode is `none`.
    public var profiles: [Int] = []
    /// Scopes that the token must have, all of them.
    public var scopes: [String] = []
    /// Roles of which the token must have one.
    public var roles: [String] = []
    /// Claims that go upstream as fields.
    public var claims: [ClaimHeader] = []

    /// The defaults.
    public init() {}
}

/// A claim that goes upstream as a field. Clients cannot set that field.
public struct ClaimHeader: Hashable, Sendable {
    /// The claim.
    public let claim: String
    /// The field.
    public let header: String
}

/// How often a route, or anything, may be used.
public struct RateLimitRule: Hashable, Sendable, CustomStringConvertible {
    /// The rate and the burst.
    public let policy: RateLimitPolicy
    /// Who shares a bucket.
    public let key: RateLimitKey
    /// As it was written.
    public let text: String

    /// As it was written.
    public var description: String { text }
}

/// Who shares a bucket.
public enum RateLimitKey: Hashable, Sendable {
    /// Requests of one address; of one /64 network for IPv6.
    case ip
    /// Requests of one `sub`; anonymous ones by address.
    case subject
    /// Requests with one token; those without by address.
    case token
    /// All requests of the route.
    case route
    /// Requests with one value of this field, in lower case; those without it by address.
    case header(String)
}

/// What browsers may do from other origins (Fetch standard, section 3.2).
public struct CORSRule: Hashable, Sendable {
    /// Origins that may; `*` alone for any.
    public var origins: [String] = []
    /// Methods that may be asked for; empty for the route's own.
    public var methods: [String] = []
    /// Fields that may be sent; empty for those that are asked for.
    public var headers: [String] = []
    /// Fields that scripts may read.
    public var exposedHeaders: [String] = []
    /// Whether cookies and tokens may be sent.
    public var allowsCredentials = false
    /// How long a preflight's answer holds.
    public var maximumAge: Nanoseconds?

    /// The defaults.
    public init() {}
}

/// Who may open a WebSocket (RFC 6455).
///
/// Browsers open them to any site and send cookies along, and no preflight asks first: only the `Origin` that they send
/// tells one's own page from another's (RFC 6455, section 10.2).
public enum WebSocketRule: Hashable, Sendable {
    /// Nobody.
    case refused
    /// Who may use the route, from a page of any origin; where the route has CORS rules, of theirs.
    case allowed
    /// Who may use the route, from a page of one of these origins; `*` alone for any.
    case allowedFrom([String])
}

/// Changes to the fields of a message, in this order: remove, set, add.
public struct HeaderEdits: Hashable, Sendable {
    /// Fields that go.
    public var remove: [String] = []
    /// Fields that get this value and no other.
    public var set: [HeaderField] = []
    /// Fields that are appended.
    public var add: [HeaderField] = []

    /// No changes.
    public init() {}

    /// Whether nothing changes.
    public var isEmpty: Bool { remove.isEmpty && set.isEmpty && add.isEmpty }
}

/// A field that the configuration writes.
public struct HeaderField: Hashable, Sendable {
    /// The name, a token (RFC 9110 section 5.1).
    public let name: String
    /// The value, without control characters.
    public let value: ConfiguredText
}
