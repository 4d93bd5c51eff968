import JWT
import ServiceKit
import Telemetry

/// Reads access tokens as whole claims, where ``Caller`` has only who and what.
struct TokenReader: Sendable {
    private let verifier: TokenVerifier

    init(_ settings: TokenSettings) throws {
        verifier = TokenVerifier(
            VerifierConfiguration(
                issuer: settings.issuer, audiences: [settings.audience], algorithms: [.hs256],
                keys: try KeySet(secret: settings.secret.bytes, algorithm: .hs256)))
    }

    /// The claims of a token that is signed as it should and not expired; nil for anything else.
    func claims(of token: String, at now: Int64) -> Claims? {
        guard let principal = try? verifier.verify(Array(token.utf8).span, at: now) else { return nil }
        return Claims(principal)
    }

    /// The claims of the bearer token of a request.
    func claims(of request: ServiceRequest, at now: Int64) -> Claims? {
        guard let token = request.field("authorization")?.split(separator: " ").last else { return nil }
        return claims(of: String(token), at: now)
    }
}

/// What a verified token says.
struct Claims: Sendable {
    let subject: String
    let issuer: String
    let expiry: Int64
    private let principal: Principal

    init(_ principal: Principal) {
        self.principal = principal
        subject = String(decoding: principal.subject, as: UTF8.self)
        issuer = String(decoding: principal.issuer, as: UTF8.self)
        expiry = principal.expiry
    }

    /// A claim as text, lists with commas between; nil when there is none.
    func text(_ name: String) -> String? {
        principal.claim(Array(name.utf8).span).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The session that it ends with, and its own id.
    var revocable: [String] { ["sid", "jti"].compactMap(text) }
}
