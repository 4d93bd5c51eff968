import Bytes

/// Who presented a token, as the verified token tells. Immutable, shared by the requests that carry the same token.
public final class Principal: Sendable {
    /// The `sub` claim; empty when there is none.
    public let subject: [UInt8]
    /// The `iss` claim; empty when there is none.
    public let issuer: [UInt8]
    /// The `jti` claim; empty when there is none.
    public let tokenID: [UInt8]
    /// The `exp` claim: Unix seconds, a fraction rounded up.
    public let expiry: Int64
    /// The second, in Unix time, from which the token is refused: `exp` and the verifier's leeway.
    public let refusedFrom: Int64
    /// What a revocation of the token itself goes by (`jti`); nil when it has no id.
    public let tokenKey: RevocationKey?
    /// What a revocation of its session goes by (`sid`); nil when it belongs to none.
    public let sessionKey: RevocationKey?
    private let claims: JSONObject
    private let scopes: [Range<Int>]
    private let roles: [Range<Int>]
    /// For each member of the claims, its value as it may stand in a header field; nil for those that may not.
    private let fieldValues: [Range<Int>?]

    init(_ claims: consuming JSONObject, expiry: Int64, leeway: Int64) throws(JWTError) {
        var claims = claims
        subject = try Self.text("sub", in: claims)
        issuer = try Self.text("iss", in: claims)
        let id = try Self.text("jti", in: claims)
        tokenID = id
        tokenKey = id.isEmpty ? nil : RevocationKey(id.span)
        sessionKey = Self.sessionKey(in: claims)
        self.expiry = expiry
        refusedFrom = expiry + leeway
        scopes = claims.words("scope") + claims.words("scp") + claims.words("scopes")
        roles = claims.names("roles") + claims.names("role")
        fieldValues = claims.makeFieldValues()
        self.claims = claims
    }

    private static func text(_ name: StaticString, in claims: JSONObject) throws(JWTError) -> [UInt8] {
        guard let value = claims.value(name) else { return [] }
        guard value.kind == .string else { throw .malformedClaim }
        return Array(claims.storage[value.range])
    }

    /// An id is a string; issuers that number their sessions mean the digits.
    private static func sessionKey(in claims: JSONObject) -> RevocationKey? {
        guard let value = claims.value("sid"), value.kind == .string || value.kind == .number, !value.range.isEmpty
        else {
            return nil
        }
        return RevocationKey(claims.bytes(value.range))
    }

    /// Whether the token grants every one of `required` (`scope`, `scp`, `scopes`).
    public func hasScopes(_ required: [[UInt8]]) -> Bool {
        for scope in required where !contains(scope, in: scopes) { return false }
        return true
    }

    /// Whether the token names at least one of `accepted` (`roles`, `role`).
    public func hasAnyRole(_ accepted: [[UInt8]]) -> Bool {
        for role in accepted where contains(role, in: roles) { return true }
        return false
    }

    private func contains(_ name: [UInt8], in ranges: [Range<Int>]) -> Bool {
        let storage = claims.storage
        for range in ranges where storage.span.extracting(range).equals(name.span) { return true }
        return false
    }

    /// The value of a claim as it may stand in a header field: a string, a number, a boolean, or strings joined by
    /// commas. Nil when there is no such claim, or when its value could be misread in a field: control characters,
    /// spaces at an end, or a comma inside of a list's element.
    ///
    /// The slice shares the token's bytes; nothing is copied.
    public func claim(_ name: Span<UInt8>) -> ArraySlice<UInt8>? {
        let storage = claims.storage
        for index in claims.members.indices {
            guard storage.span.extracting(claims.members[index].name).equals(name) else { continue }
            return fieldValues[index].map { storage[$0] }
        }
        return nil
    }
}
