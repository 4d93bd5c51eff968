public import Telemetry

/// How the tokens of the services are signed: all of them share one secret.
public struct TokenSettings: Sendable {
    /// Who issues them (`iss`).
    public let issuer: String
    /// For whom they are (`aud`).
    public let audience: String
    /// The key of HS256, at least 32 bytes (RFC 7518 section 3.2).
    public let secret: Secret

    /// - Parameters:
    ///   - issuer: who issues them.
    ///   - audience: for whom they are.
    ///   - secret: the key of HS256, at least 32 bytes.
    public init(issuer: String, audience: String, secret: Secret) {
        self.issuer = issuer
        self.audience = audience
        self.secret = secret
    }
}
