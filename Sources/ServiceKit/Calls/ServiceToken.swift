import JWT
import Synchronization
import Telemetry

/// A service's own token, made with the secret that all services share, and made anew before it ends.
final class ServiceToken: Sendable {
    /// Seconds that one is good for.
    static let lifetime: Int64 = 300
    private let settings: TokenSettings
    private let subject: String
    private let scopes: [String]
    private let now: @Sendable () -> Int64
    private let current = Mutex<(text: String, expiry: Int64)>(("", 0))

    /// - Parameters:
    ///   - service: the service's name.
    ///   - scopes: what it may do at others.
    ///   - settings: how tokens are signed.
    ///   - now: the time in seconds since 1970.
    init(service: String, scopes: [String], _ settings: TokenSettings, now: @escaping @Sendable () -> Int64) {
        subject = "service:" + service
        self.scopes = scopes
        self.settings = settings
        self.now = now
    }

    /// The token, good for at least a minute more.
    func text() throws -> String {
        let time = now()
        return try current.withLock { current in
            if current.expiry - time > 60 { return current.text }
            var claims = TokenClaims(subject: subject, expiry: time + Self.lifetime)
            claims.issuer = settings.issuer
            claims.audiences = [settings.audience]
            claims.issuedAt = time
            claims.scopes = scopes
            claims.roles = ["service"]
            let secret = settings.secret
            let signer = try TokenSigner(secret: secret.bytes, algorithm: .hs256)
            current = (String(decoding: try signer.sign(claims), as: UTF8.self), time + Self.lifetime)
            return current.text
        }
    }
}
