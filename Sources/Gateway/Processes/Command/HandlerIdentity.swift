public import Telemetry

/// What handlers need to make and check tokens. The secret reaches them by an inherited descriptor: arguments and
/// environments can be read by others.
public struct HandlerIdentity: Equatable, Sendable {
    /// The shared secret.
    public let secret: Secret
    /// The issuer of tokens, nil for the handlers' own default.
    public let issuer: String?
    /// The audience of tokens, nil for the handlers' own default.
    public let audience: String?

    /// - Parameters:
    ///   - secret: the shared secret.
    ///   - issuer: the issuer of tokens.
    ///   - audience: the audience of tokens.
    public init(secret: Secret, issuer: String?, audience: String?) {
        self.secret = secret
        self.issuer = issuer
        self.audience = audience
    }

    /// The first of `profiles` with a shared secret; nil when there is none.
    public init?(_ profiles: [TokenProfile]) {
        for profile in profiles {
            if case .secret(let secret) = profile.key {
                self.init(secret: secret, issuer: profile.issuer, audience: profile.audiences.first)
                return
            }
        }
        return nil
    }

    /// The variables that tell a handler of it.
    var variables: [String: String] {
        var variables = ["SHOP_JWT_SECRET_FD": "3"]
        variables["SHOP_JWT_ISSUER"] = issuer
        variables["SHOP_JWT_AUDIENCE"] = audience
        return variables
    }
}
