import ServiceKit

/// The token answer of OAuth 2 (RFC 6749 section 5.1).
struct TokenGrant: Resource {
    let accessToken: String
    let refreshToken: String

    static let shape = Shape<TokenGrant>(
        "TokenGrant",
        [
            .text("access_token") { $0.accessToken }, .text("token_type") { _ in "Bearer" },
            .integer("expires_in") { _ in TokenIssuer.lifetime }, .text("refresh_token") { $0.refreshToken },
        ])
}

/// The same for a service, which shows its secret once more instead of refreshing (RFC 6749 section 4.4.3).
struct ServiceTokenGrant: Resource {
    let accessToken: String

    static let shape = Shape<ServiceTokenGrant>(
        "ServiceTokenGrant",
        [
            .text("access_token") { $0.accessToken }, .text("token_type") { _ in "Bearer" },
            .integer("expires_in") { _ in TokenIssuer.lifetime },
        ])
}

extension Reply {
    /// An answer that nothing may store.
    static func unstored(_ body: Body) -> Reply { Reply(body, fields: [HeaderField("cache-control", "no-store")]) }
}
