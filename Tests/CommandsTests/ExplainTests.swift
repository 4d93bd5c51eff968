import Testing

@testable import Commands

@Suite struct ExplainTests {
    private func token(_ more: String...) -> String {
        let arguments = ["token", "--sub", "alice"] + more
        let output = GatewayCommand.run(arguments, in: Fixture.context()).output
        return "Authorization: Bearer \(output.dropLast())"
    }

    @Test func `a request that passes is told stage by stage, up to what the service gets`() {
        let output = Fixture.run(
            "explain", "GET", "https://SHOP.test/api/orders/7?x=1", "-H", token("--scope", "orders:read"), "-H",
            "X-User-Id: mallory", "-H", "Connection: close"
        ).output
        for line in [
            "route     orders: GET,POST shop.test/api/orders/{id?}, with id=7",
            "token     accepted for alice, expires in 3600 s (jwt shop, scopes orders:read)",
            "limit     20/s per sub burst 40, counted for sub alice",
            "service   orders: http://127.0.0.1:9001, p2c",
            "The service gets", "  GET /orders/7?x=1 HTTP/1.1", "  X-User-Id: alice", "  X-Key: <redacted>",
            "  Authorization: <as sent>", "  X-Forwarded-For: 127.0.0.1",
            "  shop: shop.test/api/** - it fits too, but orders has the narrower path",
        ] { #expect(output.contains(line + "\n"), "\(line)\n\n\(output)") }
        #expect(!output.contains("mallory"))
        #expect(!output.lowercased().contains("connection"))
    }

    @Test func `without a token it says what is missing, and what would follow`() {
        let output = Fixture.run("explain", "POST", "/api/orders", "-H", "Host: shop.test").output
        #expect(output.contains("token     401 token_missing: "))
        #expect(output.contains("(jwt shop, scopes orders:read)"))
        #expect(output.contains("counted for 127.0.0.1"))
        #expect(output.contains("Without that, the service would get"))
        #expect(output.contains("  X-User-Id: <sub>\n"))
    }

    @Test func `a token without the scope is forbidden`() {
        let output = Fixture.run("explain", "GET", "https://shop.test/api/orders", "-H", token()).output
        #expect(output.contains("token     403 insufficient_scope: "))
    }

    @Test func `a bad token is refused with the reason that clients are not told`() {
        let output = Fixture.run("explain", "GET", "https://shop.test/api/orders", "-H", token("--ttl", "1s") + "x")
            .output
        #expect(output.contains("token     401 token_signature: ") || output.contains("401 token_malformed: "))
    }

    @Test(arguments: [
        (
            ["GET", "/api/orders"],
            "blue: /api/orders [header x-tenant=blue] - the header condition x-tenant=blue does not hold"
        ),
        (["GET", "/api/orders"], "orders: GET,POST shop.test/api/orders/{id?} - the host is not shop.test"),
        (["GET", "/login"], "login: POST /login - the method is not POST"),
        (["GET", "/login"], "405 method_not_allowed: This path does not allow the method. Allow: POST"),
        (["GET", "/nowhere"], "404 route_not_found: "), (["GET", "/nowhere"], "  5 whose path is another"),
        (["GET", "/ping"], "answer    204, by the gateway itself"), (["GET", "/health"], "answer    200"),
        (["GET", "/a%00b"], "request   400 encoded_null"), (["GET", "http://a,b/"], "request   400 bad_host"),
        (["POST", "/login", "--from", "2001:db8:1:2:3::1"], "counted for 2001:db8:1:2::/64"),
    ])
    func `it says why a route is not taken, and where a request ends`(arguments: [String], line: String) {
        let outcome = GatewayCommand.run(["explain"] + arguments, in: Fixture.context())
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        #expect(outcome.output.contains(line), "\(outcome.output)")
    }

    @Test(arguments: [
        (["G T", "/"], "is not a method"), (["GET", "/a b"], "is not a URL"),
        (["GET", "/", "-H", "nonsense"], "is not a header"),
        (["GET", "/", "-H", "A: b\r\nC: d"], "cannot be sent"),
        (["GET", "/", "--from", "here"], "must be an IP address"),
    ])
    func `what is no request is told`(arguments: [String], message: String) {
        let outcome = GatewayCommand.run(["explain"] + arguments, in: Fixture.context())
        #expect(outcome.exitCode == 2)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
}
