/// What a file expects of its own routes; checked at every load.
public struct RouteTest: Hashable, Sendable {
    /// Such as `GET shop.test/orders?limit=1`.
    public let request: String
    /// Fields of the request.
    public let headers: [HeaderField]
    /// What the request's token grants; nil for no token.
    public let token: Token?
    /// The route that must match; nil for any, or none.
    public let route: String?
    /// The status that the gateway must answer with: 401, 403, 404, 405 or a static answer's; 200 for forwarding.
    public let status: Int?

    /// What a token grants.
    public struct Token: Hashable, Sendable {
        /// Its scopes.
        public let scopes: [String]
        /// Its roles.
        public let roles: [String]
    }
}
