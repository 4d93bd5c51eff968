import Testing

@testable import Gateway

@Suite struct ConfigurationMistakesTests {
    @Test func `All mistakes of a file are told at once, each with its place`() {
        let problems = ConfigurationFixture.problems(
            """
            {
              "listen": {"https": ":8443", "admin": "127.0.0.1:8443"},
              "jwt": {"shop": {"algorithms": ["RS265"], "secret": "file:certs/missing"}},
              "defaults": {"timeuot": "15s", "bodyLimit": 10},
              "services": {
                "orders": {"handler": "orders", "targets": []},
                "legacy": {"targets": ["127.0.0.1:9001"], "balance": "p3c"}
              },
              "routes": [
                {"name": "orders", "match": "GET /orders/{id", "to": "ordesr"},
                {"name": "orders", "match": "GTE /b", "to": {"legacy": 0}, "rateLimit": "20 per sec"},
                {"name": "c", "match": "/c/{x}", "to": "legacy", "auth": {"jwt": "shopp"}},
                {"name": "d", "match": "GET /c/{y}", "to": "legacy", "strip": "/api"},
                {"name": "c", "match": "/c/{z?}", "to": "legacy"}
              ]
            }
            """)
        #expect(
            problems == [
                "routes.json:2:41: error: listen.admin and listen.https both want 127.0.0.1:8443 [listen.admin]",
                "routes.json:3:35: error: unknown algorithm \"RS265\"; did you mean \"RS256\"? [jwt.shop.algorithms[0]]",
                "routes.json:3:55: error: cannot read certs/missing: No such file or directory [jwt.shop.secret]",
                "routes.json:4:16: error: unknown key \"timeuot\"; did you mean \"timeout\"? [defaults.timeuot]",
                "routes.json:4:47: error: a size needs a unit, 10 has none; write it like \"10KiB\" [defaults.bodyLimit]",
                "routes.json:6:15: error: \"handler\" and \"targets\" exclude each other; give exactly one of \"handler\", \"run\", \"targets\" [services.orders]",
                "routes.json:7:28: error: \"127.0.0.1:9001\" is not a target; write it like \"http://127.0.0.1:9001\" or \"unix:/path\" [services.legacy.targets[0]]",
                "routes.json:7:58: error: unknown balance \"p3c\"; did you mean \"p2c\"? [services.legacy.balance]",
                "routes.json:10:33: error: a parameter is a whole segment: \"{name}\", not \"{id\" [routes[0].match]",
                "routes.json:10:58: error: unknown service \"ordesr\"; did you mean \"orders\"? [routes[0].to]",
                "routes.json:11:33: error: unknown method \"GTE\"; did you mean \"GET\"? [routes[1].match]",
                "routes.json:11:49: error: every service has the weight 0 [routes[1].to]",
                "routes.json:11:77: error: \"20\" is not a rate; write it like \"20/s\" or \"5/m\" [routes[1].rateLimit]",
                "routes.json:12:70: error: unknown jwt \"shopp\"; did you mean \"shop\"? [routes[2].auth.jwt]",
                "routes.json:13:67: error: the route's path does not start with \"/api\"; it starts with \"/c\" [routes[3].strip]",
                "routes.json:14:14: error: the name \"c\" is taken by routes[2] in line 12 [routes[4].name]",
                "routes.json:14:28: error: both this route and \"c\" in line 12 match GET /c/x; make one of them narrower, by host, path, method or condition [routes[4].match]",
            ])
    }

    @Test(arguments: [
        "", "{", "[]", "null", "{}", "{\"routes\": 3}", "\"routes\"", "{\"routes\": [null]}", "{\"routes\": [[]]}",
    ])
    func `What is no configuration at all is an error`(text: String) {
        #expect(ConfigurationFixture.problems(text).contains { $0.contains("error:") })
    }

    @Test func `Half a file is an error with its place`() {
        let problems = ConfigurationFixture.problems("{\"routes\": [\n  {\"name\": \"a\", \"mat")
        #expect(problems == ["routes.json:2:17: error: this string is never closed"])
    }

    @Test(arguments: [
        ("/health", "this can never match: the gateway itself answers /health"),
        ("/metrics", "this can never match: the gateway itself answers /metrics"),
        ("/a%2fb", "this can never match: paths with %2F or %5C are refused; set \"allowEncodedSlash\""),
        ("/a%00", "this can never match: paths with %00 are refused"),
        ("CONNECT /x", "CONNECT has no path, so this can never match it"),
    ])
    func `Routes that can never match are warned of`(match: String, message: String) {
        let problems = ConfigurationFixture.problems(
            """
            {"services": {"up": {"targets": "unix:/run/up.sock"}},
             "routes": [{"name": "a", "match": "\(match)", "to": "up"}]}
            """)
        #expect(problems == ["routes.json:2:36: warning: \(message) [routes[0].match]"])
    }

    @Test func `A service that no route uses is warned of`() {
        let problems = ConfigurationFixture.problems(
            "{\"services\": {\"up\": {\"targets\": \"http://127.0.0.1:1\"}}, \"routes\": [{\"name\": \"a\", \"match\": \"/\", \"respond\": 204}]}"
        )
        #expect(problems == ["routes.json:1:15: warning: no route uses the service \"up\" [services.up]"])
    }

    @Test func `A variable that is not set and an unclosed one are errors, escaped ones are text`() throws {
        func file(_ value: String) -> String {
            ConfigurationFixture.file(route: "\"headers\": {\"request\": {\"set\": {\"X-A\": \"\(value)\"}}}")
        }
        #expect(
            ConfigurationFixture.problems(file("${KEY}")) == [
                "routes.json:2:96: error: the environment variable KEY is not set [routes[0].headers.request.set.X-A]"
            ])
        #expect(ConfigurationFixture.problems(file("${KEY")).first?.contains("is never closed") == true)
        let set = try ConfigurationFixture.load(file("a${KEY}$${KEY}$"), variables: ["KEY": "b"])
        #expect(set.routes[0].requestHeaders.set[0].value.value == "ab${KEY}$")
        #expect("\(set.routes[0].requestHeaders.set[0].value)" == "<redacted>")
        let content = try ConfigurationFixture.load(file("file:k"), files: ["k": "v\n"])
        #expect(content.routes[0].requestHeaders.set[0].value.value == "v")
        #expect(ConfigurationFixture.problems(file("file:k"), files: ["k": "v\r\nX: y"]).count == 1)
    }

    @Test func `Paths are relative to the file that names them`() throws {
        let text = """
            {"stateDir": "state", "listen": {"tls": {"cert": "c.pem", "key": "/abs/k.pem"}},
             "routes": [{"name": "a", "match": "/", "respond": 204}]}
            """
        let configuration = try Configuration(
            parsing: Array(text.utf8), file: "/etc/gateway/routes.json", environment: ConfigurationFixture.environment()
        )
        #expect(configuration.stateDirectory == "/etc/gateway/state")
        #expect(configuration.listen.tls.certificate.certificate == "/etc/gateway/c.pem")
        #expect(configuration.listen.tls.certificate.key == "/abs/k.pem")
    }

    @Test func `Tests that do not hold are errors`() {
        let file = """
            {"services": {"up": {"targets": "http://127.0.0.1:1"}},
             "routes": [{"name": "a", "match": "GET /a", "to": "up"}, {"name": "b", "match": "/b", "respond": 410}],
             "tests": [{"request": "GET /a", "expect": {"route": "b"}},
                       {"request": "POST /a", "expect": {"status": 404}},
                       {"request": "GET /b", "expect": {"status": 200}},
                       {"request": "GET /a", "expect": {"route": "bb"}},
                       {"request": "GET /a%2f", "expect": {"status": 404}},
                       {"request": "nothing", "expect": {"status": 404}}]}
            """
        #expect(
            ConfigurationFixture.problems(file) == [
                "routes.json:8:24: error: \"nothing\" is not a request; write it like \"GET shop.test/orders?limit=1\" [tests[5].request]"
            ])
        let rest = file.replacing("\"nothing\"", with: "\"GET /nothing\"")
        #expect(
            ConfigurationFixture.problems(rest) == [
                "routes.json:3:54: error: GET /a matches \"a\" and is forwarded, which counts as 200, not the route \"b\" [tests[0].expect.route]",
                "routes.json:4:56: error: POST /a is answered with 405, which allows GET, HEAD, not with 404 [tests[1].expect.status]",
                "routes.json:5:55: error: GET /b matches \"b\" and is answered with 410, not with 200 [tests[2].expect.status]",
                "routes.json:6:54: error: unknown route \"bb\"; did you mean \"b\"? [tests[3].expect.route]",
                "routes.json:7:24: error: GET /a%2f is refused with 400 before it is routed [tests[4].request]",
            ])
    }
}
