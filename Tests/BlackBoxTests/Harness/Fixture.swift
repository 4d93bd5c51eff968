/// One gateway and one upstream for all the tests that change nothing about either.
struct Fixture: Sendable {
    let upstream: Upstream
    let gateway: GatewayProcess

    static func shared() throws -> Fixture {
        try instance.get()
    }

    private static let instance = Result<Fixture, any Error> {
        let upstream = try Upstream()
        // The upstream fails often, and on purpose: neither breaker nor retry budget must have an opinion on that.
        var setup = Setup.forwarding(
            to: upstream, settings: #", "breaker": {"minRequests": 1000000}, "retryBudget": {"floor": 1000000}"#,
            routes: routes)
        setup.extra["timeouts"] = #"{"headerRead": "1s", "bodyIdle": "1s"}"#
        return Fixture(upstream: upstream, gateway: try GatewayProcess(setup))
    }

    private static let routes = """
        [
            {"name": "open", "match": "/open/**", "to": "up", "auth": "none"},
            {"name": "small", "match": "/small/**", "to": "up", "auth": "none", "bodyLimit": "1KiB"},
            {"name": "large", "match": "/large/**", "to": "up", "auth": "none", "bodyLimit": "1GiB", "timeout": "2m"},
            {"name": "brief", "match": "/brief/**", "to": "up", "auth": "none", "timeout": "300ms", "retries": 0},
            {"name": "private", "match": "/private/**", "to": "up",
                "auth": {"jwt": "shop", "claims": {"sub": "X-User-Id"}}},
            {"name": "scoped", "match": "/scoped/**", "to": "up", "auth": {"jwt": "shop", "scopes": ["orders:read"]}},
            {"name": "admins", "match": "/admins/**", "to": "up", "auth": {"jwt": "shop", "roles": ["admin"]}},
            {"name": "optional", "match": "/optional/**", "to": "up", "auth": "optional"},
            {"name": "default-auth", "match": "/default-auth/**", "to": "up"},

            {"name": "read-only", "match": "GET /read-only", "to": "up", "auth": "none"},
            {"name": "write-only", "match": "PUT,DELETE /write-only", "to": "up", "auth": "none"},
            {"name": "literal", "match": "GET /items/new", "to": "up", "auth": "none"},
            {"name": "typed", "match": "GET /items/{id:int}", "to": "up", "auth": "none"},
            {"name": "parameter", "match": "GET /items/{id}", "to": "up", "auth": "none"},
            {"name": "tail", "match": "GET /items/**", "to": "up", "auth": "none"},
            {"name": "host", "match": "GET shop.test/items/**", "to": "up", "auth": "none"},
            {"name": "stripped", "match": "/api/v1/**", "to": "up", "auth": "none", "strip": "/api/v1"},
            {"name": "option", "match": "GET /option/{id?}", "to": "up", "auth": "none"},
            {"name": "encoded", "match": "/encoded/**", "to": "up", "auth": "none", "allowEncodedSlash": true}
        ]
        """
}
