import Bytes
import JWT
import Telemetry

extension Authenticator {
    /// Accepts tokens that are signed as `settings` say. The service checks them itself: that a request came through the
    /// gateway proves nothing about who sent it.
    ///
    /// - Parameter now: the time in seconds since 1970.
    /// - Throws: when the secret is too short.
    init(_ settings: TokenSettings, now: @escaping @Sendable () -> Int64) throws(KeySetError) {
        let verifier = TokenVerifier(
            VerifierConfiguration(
                issuer: settings.issuer, audiences: [settings.audience], algorithms: [.hs256],
                keys: try KeySet(secret: settings.secret.bytes, algorithm: .hs256)))
        self.init(now: now) { token, now in
            guard let principal = try? verifier.verify(Array(token.utf8).span, at: now),
                let caller = Caller(principal)
            else { return nil }
            return VerifiedToken(caller: caller, expiry: principal.expiry)
        }
    }
}

extension Caller {
    /// Nil when the token names nobody.
    init?(_ principal: Principal) {
        guard !principal.subject.isEmpty else { return nil }
        func words(_ names: [String], separatedBy separator: UInt8) -> Set<String> {
            var words: Set<String> = []
            for name in names {
                let value = principal.claim(Array(name.utf8).span) ?? []
                for word in value.split(separator: separator) { words.insert(String(decoding: word, as: UTF8.self)) }
            }
            return words
        }
        self.init(
            subject: String(decoding: principal.subject, as: UTF8.self),
            scopes: words(["scope"], separatedBy: UInt8(ascii: " "))
                .union(words(["scp", "scopes"], separatedBy: UInt8(ascii: ","))),
            roles: words(["roles", "role"], separatedBy: UInt8(ascii: ",")))
    }
}
