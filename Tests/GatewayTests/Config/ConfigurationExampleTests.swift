import Policy
import Telemetry
import Testing

@testable import Gateway

@Suite struct ConfigurationExampleTests {
    static let text = """
        { "$schema": "./docs/routes.schema.json",
          "listen": {"https": ":8443", "http": ":8080", "admin": "127.0.0.1:9901", "tls": {"cert": "certs/gateway.pem", "key": "certs/gateway.key", "minVersion": "1.2"}},
          "log": {"level": "info", "access": "stdout"}, "trustedProxies": ["127.0.0.0/8"],
          "jwt": {"shop": {"issuer": "shop", "audience": "shop", "algorithms": ["HS256"], "secret": "file:certs/jwt.secret", "leeway": "30s"}},
          "defaults": {"timeout": "15s", "retries": 1, "bodyLimit": "10MiB", "rateLimit": "200/s per ip burst 400"},
          "services": {
            "products": {"handler": "products", "instances": 2, "database": "var/products.db",
              "health": {"path": "/health", "interval": "5s", "timeout": "2s", "fall": 3, "rise": 2, "slowStart": "10s"},
              "breaker": {"errorRate": 0.5, "minRequests": 20, "window": "10s", "open": "5s", "probes": 3}, "balance": "p2c"},
            "products-next": {"handler": "products"}, "orders": {"handler": "orders", "port": 5003},
            "auth": {"handler": "auth"},
            "legacy": {"targets": ["http://127.0.0.1:9001", {"url": "http://127.0.0.1:9002", "weight": 2}]},
            "flask": {"run": {"command": ["python3", "app.py", "--port", "{port}"], "env": {"DB": "${DB}"}, "restart": "always", "stopTimeout": "10s"}}},
          "routes": [
            {"name": "orders", "match": "GET,POST shop.test/api/orders/{id?}", "to": "orders", "strip": "/api",
             "auth": {"jwt": "shop", "scopes": ["orders:read"], "roles": ["customer", "admin"], "claims": {"sub": "X-User-Id"}},
             "rateLimit": "20/s per sub burst 40", "timeout": "5s", "retries": {"count": 2, "on": ["connect", "reset", 503]},
             "cors": {"origins": ["https://shop.test"], "credentials": true, "maxAge": "10m"}},
            {"name": "catalog", "match": "GET /products/**", "to": {"products": 95, "products-next": 5}, "auth": "optional"},
            {"name": "legacy", "match": "/legacy/**", "to": "legacy", "rewrite": "/v1/{**}"},
            {"name": "flask", "match": "/flask/**", "to": "flask"},
            {"name": "login", "match": "POST /login", "to": "auth", "auth": "none", "rateLimit": "5/m per ip", "retries": 0}],
          "tests": [{"request": "GET shop.test/api/orders", "expect": {"route": "orders", "status": 401}},
                    {"request": "GET https://shop.test:8443/api/orders/7?x=1", "token": {"scopes": [], "roles": ["admin"]}, "expect": {"status": 403}},
                    {"request": "GET shop.test/api/orders", "token": {"scopes": ["orders:read"], "roles": ["admin"]}, "expect": {"status": 200}},
                    {"request": "DELETE /login", "expect": {"status": 405}}, {"request": "GET /nothing", "expect": {"status": 404}}]}
        """

    private func load() throws -> Configuration {
        try ConfigurationFixture.load(
            Self.text, variables: ["DB": "postgres://u:hunter2@db"],
            files: ["certs/jwt.secret": ConfigurationFixture.secret + "\n"])
    }

    @Test func `The documented file loads without a warning`() throws {
        let configuration = try load()
        #expect(configuration.warnings.isEmpty)
        #expect(configuration.routes.map(\.name) == ["orders", "catalog", "legacy", "flask", "login"])
        #expect(configuration.services.count == 6)
        #expect(configuration.listen.https == [.tcp(host: nil, port: 8443)])
        #expect(configuration.listen.http == [.tcp(host: nil, port: 8080)])
        #expect(configuration.tests.count == 5)
        #expect(configuration.hash.count == 16)
        #expect(configuration.referencedFiles == ["certs/jwt.secret"])
    }

    @Test func `Values arrive in the model`() throws {
        let configuration = try load()
        let orders = configuration.routes[0]
        #expect(orders.rewrite == .strip("/api"))
        #expect(orders.auth.mode == .required)
        #expect(orders.auth.scopes == ["orders:read"])
        #expect(orders.auth.claims == [ClaimHeader(claim: "sub", header: "X-User-Id")])
        #expect(orders.timeouts.total == 5_000_000_000)
        #expect(orders.retry.count == 2)
        #expect(orders.retry.statuses == [503])
        #expect(orders.retry.onReset && orders.retry.onConnect && !orders.retry.onTimeout)
        #expect(orders.rateLimits.map(\.key) == [.subject])
        #expect(orders.rateLimits[0].policy == RateLimitPolicy(tokens: 20, per: 1_000_000_000, burst: 40))
        #expect(orders.cors?.allowsCredentials == true)
        #expect(orders.cors?.maximumAge == 600_000_000_000)
        let catalog = configuration.routes[1]
        #expect(catalog.auth.mode == .optional)
        #expect(catalog.rateLimits.map(\.text) == ["200/s per ip burst 400"])
        #expect(catalog.timeouts.total == 15_000_000_000)
        guard case .forward(let services) = catalog.action else { throw Failure() }
        #expect(services.map(\.weight) == [95, 5])
        #expect(configuration.routes[2].auth.mode == .required)
        #expect(configuration.routes[4].auth.mode == .none)
        #expect(configuration.routes[4].retry.count == 0)
        #expect(configuration.limits.shield?.text == "200/s per ip burst 400")
    }

    @Test func `Services arrive in the model`() throws {
        let services = try load().services
        guard case .process(let products) = services[0].source, case .process(let flask) = services[5].source,
            case .targets(let legacy) = services[4].source
        else { throw Failure() }
        #expect(products.program == .handler("products"))
        #expect(products.instances == 2)
        #expect(products.database == "var/products.db")
        #expect(services[0].settings.health.probe == .get(path: "/health"))
        #expect(services[4].settings.health.probe == .connect)
        #expect(legacy.map(\.weight) == [1, 2])
        #expect(legacy[1].address == .tcp(host: "127.0.0.1", port: 9002))
        #expect(flask.program == .command(["python3", "app.py", "--port", "{port}"]))
        #expect(flask.environment.map(\.value.value) == ["postgres://u:hunter2@db"])
    }

    @Test func `What is spoken to a service, and how it is checked, arrives in the model`() throws {
        let text = """
            {"services": {
              "a": {"targets": "https://a.test", "protocol": "h2", "maxStreams": 7, "health": {"grpc": "shop.Orders"}},
              "b": {"targets": "http://b.test", "protocol": "h2c"},
              "c": {"targets": "http://c.test"}},
             "routes": [{"name": "all", "match": "/**", "to": {"a": 1, "b": 1, "c": 1}}]}
            """
        let configuration = try ConfigurationFixture.load(text)
        let services = configuration.services
        #expect(services.map(\.protocol) == [.h2, .h2c, .http1])
        #expect(services.map(\.settings.maxStreams) == [7, 100, 100])
        #expect(services.map(\.settings.health.probe) == [.grpc(service: "shop.Orders"), .connect, .connect])
        #expect(configuration.effectiveTable.contains("https://a.test:443  h2        p2c      grpc shop.Orders"))
    }

    @Test(arguments: [
        ("\"targets\": \"https://a\", \"tls\": {\"verify\": false}", "not verified"),
        ("\"targets\": \"http://a\", \"tls\": {\"serverName\": \"b\"}", "no target is https"),
    ])
    func `Settings of TLS that protect nothing are warned of`(service: String, warning: String) {
        let problems = ConfigurationFixture.problems(ConfigurationFixture.file(service: service))
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.contains("warning:") == true)
        #expect(problems.first?.contains(warning) == true)
    }

    @Test func `Secrets are printed nowhere`() throws {
        let configuration = try load()
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in [dumped, "\(configuration)", configuration.effectiveTable] {
            #expect(!text.contains("hunter2"))
            #expect(!text.contains(ConfigurationFixture.secret))
        }
        #expect(dumped.contains("<redacted>"))
    }

    @Test func `The table shows what holds for each route`() throws {
        let table = try load().effectiveTable
        #expect(table.contains("GET,POST shop.test/api/orders/{id?}"))
        #expect(table.contains("orders (without /api)"))
        #expect(table.contains("required scopes=orders:read roles=customer|admin"))
        #expect(table.contains("products 95 + products-next 5"))
        #expect(table.contains("20/s per sub burst 40"))
    }

    @Test func `The fingerprint follows referenced files, the hash does not`() throws {
        func load(_ secret: String) throws -> Configuration {
            try ConfigurationFixture.load(Self.text, variables: ["DB": "x"], files: ["certs/jwt.secret": secret])
        }
        let first = try load(ConfigurationFixture.secret)
        let second = try load(ConfigurationFixture.secret + "x")
        #expect(first.hash == second.hash)
        #expect(first.fingerprint != second.fingerprint)
        #expect(try load(ConfigurationFixture.secret).fingerprint == first.fingerprint)
    }

    struct Failure: Error {}
}
