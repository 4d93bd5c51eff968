/// One gateway in front of one gRPC service, for all tests that change nothing about either. The metadata `tenant` chooses
/// the route.
struct GRPCFixture: Sendable {
    let service: Upstream
    let gateway: GatewayProcess

    static func shared() throws -> GRPCFixture {
        try instance.get()
    }

    private static let instance = Result<GRPCFixture, any Error> {
        let service = try Upstream.grpc()
        var setup = Setup(
            services: """
                {"up": {"targets": "http://127.0.0.1:\(service.port)", "protocol": "h2c", "breaker": "none"},
                 "down": {"targets": "http://127.0.0.1:\(try Sockets.freePort())", "protocol": "h2c", "health": "none",
                          "breaker": {"minRequests": 1000000, "connectFailures": 1000000}}}
                """,
            routes: """
                [{"name": "echo", "match": "POST /test.Echo/**", "to": "up", "auth": "none"},
                 \(route("down", #""to": "down", "auth": "none""#)),
                 \(route("member", #""to": "up", "auth": {"scopes": ["echo"]}"#)),
                 \(route("brief", #""to": "up", "auth": "none", "timeout": {"total": "300ms", "idle": "5s"}"#)),
                 \(route("quiet", #""to": "up", "auth": "none", "timeout": {"total": "10s", "idle": "1s"}"#)),
                 \(route("slow", #""to": "up", "auth": "none", "rateLimit": "1/h per ip""#)),
                 \(route("small", #""to": "up", "auth": "none", "bodyLimit": "2KiB""#))]
                """)
        // Between two messages of a call the limit for bodies means nothing.
        setup.extra["timeouts"] = #"{"drainDelay": "100ms", "drain": "10s", "bodyIdle": "300ms"}"#
        return GRPCFixture(service: service, gateway: try GatewayProcess(setup))
    }

    private static func route(_ tenant: String, _ rules: String) -> String {
        """
        {"name": "\(tenant)", "match": {"methods": ["POST"], "path": "/test.Echo/**", "headers": {"tenant": "\(tenant)"}},
         \(rules)}
        """
    }
}
