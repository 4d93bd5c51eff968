import CLI
import Gateway

@testable import Commands

/// Commands run on files and variables that the test gives.
enum Fixture {
    static let secret = "an hs256 secret for tests only, 40 bytes"
    static let now: Int64 = 1_700_000_000

    static let routes = """
        {"jwt": {"shop": {"issuer": "shop", "audience": "shop", "algorithms": ["HS256"], "secret": "file:jwt.secret"}},
         "services": {"orders": {"targets": "http://127.0.0.1:9001"}, "auth": {"targets": ["http://127.0.0.1:9002"]}},
         "routes": [
           {"name": "orders", "match": "GET,POST shop.test/api/orders/{id?}", "to": "orders", "strip": "/api",
            "auth": {"scopes": ["orders:read"], "claims": {"sub": "X-User-Id"}}, "rateLimit": "20/s per sub burst 40",
            "headers": {"request": {"set": {"X-Key": "${KEY}"}}}},
           {"name": "shop", "match": "shop.test/api/**", "to": "orders", "auth": "none"},
           {"name": "blue", "match": {"path": "/api/orders", "headers": {"X-Tenant": "blue"}}, "to": "orders", "auth": "none"},
           {"name": "login", "match": "POST /login", "to": "auth", "auth": "none", "rateLimit": "5/m per ip"},
           {"name": "ping", "match": "/ping", "respond": {"status": 204}, "auth": "none"}]}
        """

    /// Runs a command line on these files.
    static func run(_ arguments: String..., files: [String: String] = [:]) -> CommandOutcome {
        GatewayCommand.run(arguments, in: context(files: files))
    }

    static func context(
        files: [String: String] = [:], variables: [String: String] = ["KEY": "swordfish-in-a-variable"]
    ) -> CommandContext {
        var files = files.mapValues { Array($0.utf8) }
        files["jwt.secret"] = files["jwt.secret"] ?? Array("\(secret)\n".utf8)
        files["routes.json"] = files["routes.json"] ?? Array(routes.utf8)
        let (known, values) = (files, variables)
        return CommandContext(
            environment: ConfigurationEnvironment(
                variable: { values[$0] },
                readFile: { path in
                    known[path].map { .success($0) } ?? .failure(.init(reason: "No such file or directory"))
                }),
            now: now)
    }
}
