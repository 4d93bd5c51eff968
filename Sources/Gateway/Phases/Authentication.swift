internal import Bytes
internal import HTTP
internal import JWT

/// Who a request's bearer token speaks for (RFC 6750), and whether that suffices for its route.
enum Authentication {
    /// The principal of a request; nil for an anonymous one, where the route allows that.
    static func authenticate(
        _ fields: borrowing FieldBlock, by policy: CompiledAuth, with authenticators: [Authenticator], now: Instant,
        unixSeconds: Int64
    ) throws(Failure) -> Principal? {
        guard policy.mode != .none else { return nil }
        guard let index = fields.firstIndex(of: .authorization) else {
            if policy.mode == .optional { return nil }
            throw .tokenMissing
        }
        guard fields.nextIndex(of: .authorization, after: index) == nil, let start = bearer(fields.value(at: index))
        else {
            // Other schemes are not ours to judge, and no token is no token.
            if policy.mode == .optional, bearer(fields.value(at: index)) == nil { return nil }
            throw .tokenMissing
        }
        let value = fields.value(at: index)
        let token = value.extracting(start..<value.count)
        return try verify(token, policy, authenticators, now, unixSeconds)
    }

    /// Whether the principal may use a route: all of its scopes, and one of its roles.
    static func authorize(_ principal: Principal, by policy: CompiledAuth) throws(Failure) {
        guard principal.hasScopes(policy.scopes), policy.roles.isEmpty || principal.hasAnyRole(policy.roles) else {
            throw .scopeInsufficient
        }
    }

    private static func verify(
        _ token: Span<UInt8>, _ policy: CompiledAuth, _ authenticators: [Authenticator], _ now: Instant,
        _ unixSeconds: Int64
    ) throws(Failure) -> Principal {
        for profile in policy.profiles {
            guard let principal = authenticators[profile].cache.lookup(token, now: now) else { continue }
            if authenticators[profile].hasRevoked(principal) { throw .tokenRevoked }
            return principal
        }
        var reason = JWTError.malformed
        for profile in policy.profiles {
            let principal: Principal
            do {
                principal = try authenticators[profile].verifier.verify(token, at: unixSeconds)
            } catch {
                reason = error
                continue
            }
            authenticators[profile].cache.insert(token, principal, now: now, unixSeconds: unixSeconds)
            if authenticators[profile].hasRevoked(principal) { throw .tokenRevoked }
            return principal
        }
        throw .tokenInvalid(reason)
    }

    /// Where the token starts in a field of the Bearer scheme, nil for another scheme (RFC 9110, section 11.4).
    private static func bearer(_ value: Span<UInt8>) -> Int? {
        guard value.count > 7, value.extracting(first: 6).equalsIgnoringCase("bearer"), value[6] == 0x20 else {
            return nil
        }
        var start = 7
        while start < value.count, value[start] == 0x20 { start += 1 }
        return start
    }
}

/// One token profile on one loop: the verifier, which all loops share, and the loop's own cache of what it has verified.
final class Authenticator {
    let profile: TokenProfile
    let verifier: TokenVerifier
    let cache: TokenCache
    /// What of its tokens no longer counts; nil when all do.
    let revocations: RevocationList?
    private var revoked = RevocationList.View()
    private let limits: Limits

    init(profile: TokenProfile, verifier: TokenVerifier, limits: Limits, revocations: RevocationList? = nil) {
        self.profile = profile
        self.verifier = verifier
        self.limits = limits
        self.revocations = revocations
        cache = TokenCache(capacity: limits.tokenCacheEntries, lifetime: limits.tokenCacheLifetime)
    }

    /// Whether a token that was verified, now or before, no longer counts. Asked when a request comes: a WebSocket that it has
    /// opened goes on.
    func hasRevoked(_ principal: Principal) -> Bool {
        guard let revocations else { return false }
        revocations.refresh(&revoked)
        return revoked.set.contains(principal)
    }

    /// Whether its cache is as `limits` say.
    func isLimited(by limits: Limits) -> Bool {
        self.limits.tokenCacheEntries == limits.tokenCacheEntries
            && self.limits.tokenCacheLifetime == limits.tokenCacheLifetime
    }
}
