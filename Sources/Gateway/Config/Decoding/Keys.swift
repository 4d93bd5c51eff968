/// The keys of every object of the file. The JSON Schema in `docs` has the same ones; a test compares them.
enum Keys {
    static let root: [ConfigurationKey] = [
        "$schema", "listen", "log", "trustedProxies", "admin", "stateDir", "jwt", "defaults", "limits", "timeouts",
        "services", "routes", "tests", "openapi",
    ]
    static let listen: [ConfigurationKey] = ["https", "http", "admin", "internal", "tls"]
    static let listenTLS: [ConfigurationKey] = ["cert", "key", "minVersion", "certificates"]
    static let certificate: [ConfigurationKey] = ["cert", "key"]
    static let openAPI: [ConfigurationKey] = ["title", "version"]
    static let log: [ConfigurationKey] = ["level", "access"]
    static let admin: [ConfigurationKey] = ["allow"]
    static let tokenProfile: [ConfigurationKey] = [
        "issuer", "audience", "algorithms", "secret", "publicKey", "jwks", "leeway", "maxTokenSize",
        "revocations",
    ]
    static let revocations: [ConfigurationKey] = ["service", "path", "interval", "maxEntries"]
    static let limits: [ConfigurationKey] =
        [
            "connections", "requestsPerConnection", "headerBytes", "headerCount", "requestLine", "minBodyRate",
            "http2Streams", "http2StreamWindow", "http2ConnectionWindow", "rateLimitKeys", "tokenCacheEntries",
            "tokenCacheLifetime", "shield",
        ] + http2Guards
    static let timeouts: [ConfigurationKey] = [
        "tlsHandshake", "headerRead", "bodyIdle", "keepAliveIdle", "drainDelay", "drain",
    ]

    /// What a route may say and `defaults` may say for all routes.
    static let routeSettings: [ConfigurationKey] = [
        "auth", "rateLimit", "timeout", "retries", "bodyLimit", "cors", "websocket", "headers", "allowEncodedSlash",
    ]
    /// What a service may say and `defaults` may say for all services.
    static let serviceSettings: [ConfigurationKey] = [
        "balance", "breaker", "health", "ejection", "retryBudget", "maxRequests", "maxStreams", "connectTimeout",
        "idleTimeout", "idleConnections",
    ]
    static let defaults = routeSettings + serviceSettings

    static let service: [ConfigurationKey] =
        ["handler", "run", "targets", "protocol", "instances", "port", "database", "tls", "openapi"] + process
        + serviceSettings
    static let process: [ConfigurationKey] = ["env", "restart", "stopTimeout", "directory"]
    static let run: [ConfigurationKey] = ["command"] + process
    static let target: [ConfigurationKey] = ["url", "weight"]
    static let upstreamTLS: [ConfigurationKey] = ["verify", "ca", "serverName", "cert", "key"]
    static let health: [ConfigurationKey] = [
        "path", "grpc", "interval", "downInterval", "timeout", "fall", "rise", "status", "slowStart", "jitter",
    ]
    static let breaker: [ConfigurationKey] = [
        "errorRate", "minRequests", "window", "connectFailures", "open", "maxOpen", "probes", "successes",
        "probeTimeout", "statuses",
    ]
    static let ejection: [ConfigurationKey] = [
        "failures", "errorRate", "minRequests", "duration", "maxDuration",
    ]
    static let retryBudget: [ConfigurationKey] = ["ratio", "floor"]

    static let route: [ConfigurationKey] = ["name", "match", "to", "respond", "strip", "rewrite"] + routeSettings
    static let match: [ConfigurationKey] = ["methods", "hosts", "path", "headers", "query"]
    static let condition: [ConfigurationKey] = ["equals", "prefix", "present"]
    static let auth: [ConfigurationKey] = ["mode", "jwt", "scopes", "roles", "claims"]
    static let timeout: [ConfigurationKey] = ["total", "perTry", "connect", "idle"]
    static let retries: [ConfigurationKey] = ["count", "on", "bodyLimit", "backoff"]
    static let backoff: [ConfigurationKey] = ["base", "cap"]
    static let cors: [ConfigurationKey] = ["origins", "methods", "headers", "expose", "credentials", "maxAge"]
    static let headers: [ConfigurationKey] = ["request", "response"]
    static let headerEdits: [ConfigurationKey] = ["set", "add", "remove"]
    static let respond: [ConfigurationKey] = ["status", "headers", "body"]

    static let test: [ConfigurationKey] = ["request", "headers", "token", "expect"]
    static let testToken: [ConfigurationKey] = ["scopes", "roles"]
    static let expectation: [ConfigurationKey] = ["route", "status"]
}
