import Bytes
import Crypto
import JWT
import ServiceKit
import Telemetry

/// Makes access tokens: short-lived, so that what they say is never stale for long.
struct TokenIssuer: Sendable {
    /// Seconds that a token is good for: a quarter of an hour.
    static let lifetime: Int64 = 15 * 60
    /// What every user may do; what a service lets them do to whose things is another matter.
    private static let scopes = ["products", "inventory", "cart", "orders", "tickets", "customers", "profile"]
        .flatMap { [$0 + ":read", $0 + ":write"] }

    private let signer: TokenSigner
    private let settings: TokenSettings

    init(_ settings: TokenSettings) throws {
        signer = try TokenSigner(secret: settings.secret.bytes, algorithm: .hs256)
        self.settings = settings
    }

    /// A token for `user`, which ends with `session`.
    func token(for user: User, session: String, at now: Int64) throws -> String {
        try sign(
            subject: String(user.id), session: session, scopes: Self.scopes, roles: user.roles,
            name: ("username", user.username), at: now)
    }

    /// A token for the service that calls itself `name`.
    func token(forService name: String, subject: String, session: String?, scopes: [String], at now: Int64) throws
        -> String
    {
        try sign(
            subject: subject, session: session, scopes: scopes, roles: [], name: ("service_name", name), at: now)
    }

    private func sign(
        subject: String, session: String?, scopes: [String], roles: [String], name: (String, String), at now: Int64
    ) throws -> String {
        var claims = TokenClaims(subject: subject, expiry: now + Self.lifetime)
        claims.issuer = settings.issuer
        claims.audiences = [settings.audience]
        claims.issuedAt = now
        claims.tokenID = String(decoding: Base64URL.encode(SecureRandom.bytes(16).span), as: UTF8.self)
        claims.scopes = scopes
        claims.roles = roles
        claims.additional = [(name.0, .string(name.1))]
        if let session { claims.additional.append(("sid", .string(session))) }
        return String(decoding: try signer.sign(claims), as: UTF8.self)
    }
}
