import Bytes
import JWT
import Telemetry

/// Finds out who a client of Socket.IO is, from the token in what it gives as `auth`: `{"token": "..."}`.
public struct SocketSignIn: Sendable {
    private let verifier: TokenVerifier
    private let now: @Sendable () -> Int64

    /// - Parameter context: what the handler was given.
    /// - Throws: when the secret is too short.
    public init(_ context: HandlerContext) throws {
        now = context.now
        verifier = TokenVerifier(
            VerifierConfiguration(
                issuer: context.tokens.issuer, audiences: [context.tokens.audience], algorithms: [.hs256],
                keys: try KeySet(secret: context.tokens.secret.bytes, algorithm: .hs256)))
    }

    /// The token in `auth`, which may have the word `Bearer` before it.
    ///
    /// - Throws: 401 when there is none.
    public func token(in proof: JSON) throws(Problem) -> String {
        guard case .string(let text)? = proof["token"], let token = text.split(separator: " ").last else {
            throw .unauthenticated
        }
        return String(token)
    }

    /// Whose token it is, for as long as it is good.
    ///
    /// - Throws: 401 when it is not.
    public func member(_ token: String) throws(Problem) -> SocketMember {
        guard let principal = try? verifier.verify(Array(token.utf8).span, at: now()), let caller = Caller(principal)
        else { throw .invalidToken }
        return SocketMember(caller, until: principal.expiry)
    }
}
