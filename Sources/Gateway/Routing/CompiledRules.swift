import Bytes
public import HTTP

/// A field with its name and value as bytes.
public struct CompiledField: Sendable {
    /// The name as it is written.
    public let name: [UInt8]
    /// Which known field it is.
    public let known: KnownField
    /// The value.
    public let value: [UInt8]

    init(name: String, value: String = "") {
        let bytes = Array(name.utf8)
        self.name = bytes
        known = KnownField(name: bytes.span)
        self.value = Array(value.utf8)
    }
}

/// Changes to the fields of a message, as bytes.
public struct CompiledHeaderEdits: Sendable {
    /// Fields that go; also those that are set. Their values are empty.
    public let remove: [CompiledField]
    /// Fields that are appended after that; also those that are set.
    public let append: [CompiledField]
    /// Whether nothing changes.
    public let isEmpty: Bool

    init(_ edits: HeaderEdits) {
        remove = edits.remove.map { CompiledField(name: $0) } + edits.set.map { CompiledField(name: $0.name) }
        append = (edits.set + edits.add).map { CompiledField(name: $0.name, value: $0.value.value) }
        isEmpty = edits.isEmpty
    }

    /// Makes the changes.
    public func apply(to fields: inout FieldBlock) {
        for field in remove {
            if field.known == .other {
                fields.removeAll(named: field.name.span)
            } else {
                fields.removeAll(of: field.known)
            }
        }
        for field in append { fields.append(name: field.name.span, value: field.value.span) }
    }
}

/// Who may use a route, as bytes.
public struct CompiledAuth: Sendable {
    /// Whether a token is wanted.
    public let mode: AuthRule.Mode
    /// Indexes of the token profiles of which one must fit.
    public let profiles: [Int]
    /// Scopes that the token must have, all of them.
    public let scopes: [[UInt8]]
    /// Roles of which the token must have one.
    public let roles: [[UInt8]]
    /// Claims that go upstream: the claim's name, and the field.
    public let claims: [(claim: [UInt8], header: CompiledField)]

    init(_ rule: AuthRule) {
        mode = rule.mode
        profiles = rule.profiles
        scopes = rule.scopes.map { Array($0.utf8) }
        roles = rule.roles.map { Array($0.utf8) }
        claims = rule.claims.map { (Array($0.claim.utf8), CompiledField(name: $0.header)) }
    }
}

/// An answer of the gateway itself, as bytes.
public struct CompiledResponse: Sendable {
    /// The status.
    public let status: Int
    /// The fields, besides `Content-Length` and `Date`.
    public let fields: [CompiledField]
    /// The body.
    public let body: [UInt8]

    init(_ response: StaticResponse) {
        status = response.status
        fields = response.headers.map { CompiledField(name: $0.name, value: $0.value.value) }
        body = Array(response.body.utf8)
    }
}

/// What browsers may do from other origins, as the bytes of field values (Fetch standard, section 3.2).
public struct CompiledCORS: Sendable {
    /// Whether every origin may.
    public let allowsAnyOrigin: Bool
    private let origins: [[UInt8]]
    /// `Access-Control-Allow-Methods`.
    public let methods: [UInt8]
    /// `Access-Control-Allow-Headers`; nil to allow what is asked for.
    public let headers: [UInt8]?
    /// `Access-Control-Expose-Headers`; nil for none.
    public let exposedHeaders: [UInt8]?
    /// Whether cookies and tokens may be sent.
    public let allowsCredentials: Bool
    /// `Access-Control-Max-Age`, in seconds; nil to leave it to the browser.
    public let maximumAge: [UInt8]?

    init(_ rule: CORSRule, methods pattern: MethodSet) {
        allowsAnyOrigin = rule.origins.contains("*")
        origins = rule.origins.map { Array($0.utf8) }
        methods = Array((rule.methods.isEmpty ? pattern.allowValue : rule.methods.joined(separator: ", ")).utf8)
        headers = rule.headers.isEmpty ? nil : Array(rule.headers.joined(separator: ", ").utf8)
        exposedHeaders = rule.exposedHeaders.isEmpty ? nil : Array(rule.exposedHeaders.joined(separator: ", ").utf8)
        allowsCredentials = rule.allowsCredentials
        maximumAge = rule.maximumAge.map { Array("\($0 / 1_000_000_000)".utf8) }
    }

    /// Whether scripts of this origin may.
    public func allows(origin: Span<UInt8>) -> Bool {
        if allowsAnyOrigin { return true }
        for allowed in origins where allowed.span.equals(origin) { return true }
        return false
    }
}
