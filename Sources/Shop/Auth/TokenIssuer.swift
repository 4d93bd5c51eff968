import Bytes
import Crypto
import JWT
import ServiceKit
import Telemetry

/// Makes access tokens: short-lived, so that what they say is never stale for long.
struct TokenIssuer: Sendable {
    /// Seconds that a token is good for: a quarter of an hour.
    static let lifetime: Int64 = 15 * 60
    /// What every user may do.
    private static let scopes = ["products:read", "products:write"]

    private let signer: TokenSigner
    private let settings: TokenSettings

    init(_ settings: TokenSettings) throws {
        signer = try TokenSigner(secret: settings.secret.bytes, algorithm: .hs256)
        self.settings = settings
    }

    /// A token for `user`.
    func token(for user: User, at now: Int64) throws -> String {
        var claims = TokenClaims(subject: String(user.id), expiry: now + Self.lifetime)
        claims.issuer = settings.issuer
        claims.audiences = [settings.audience]
        claims.issuedAt = now
        claims.tokenID = String(decoding: Base64URL.encode(SecureRandom.bytes(16).span), as: UTF8.self)
        claims.scopes = Self.scopes
        claims.roles = user.roles
        claims.additional = [("username", .string(user.username))]
        return String(decoding: try signer.sign(claims), as: UTF8.self)
    }
}
