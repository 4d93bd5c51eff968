import Testing

@testable import Gateway

@Suite struct ConfigurationKeyTests {
    private static let jwt = ConfigurationFixture.jwt
    private static let secret = ConfigurationFixture.secret

    @Test(arguments: [
        "\"auth\": \"none\"", "\"auth\": \"optional\"", "\"auth\": \"required\"", "\"auth\": {}",
        "\"auth\": {\"jwt\": [\"shop\"], \"mode\": \"optional\", \"claims\": {\"sub\": \"X-User\"}}",
        "\"auth\": {\"scopes\": \"a:b\", \"roles\": [\"x\", \"y\"]}",
        "\"timeout\": {\"total\": \"9s\", \"perTry\": \"3s\", \"connect\": \"1s\", \"idle\": \"1h\"}",
        "\"retries\": 0", "\"retries\": 10", "\"retries\": {\"on\": []}",
        "\"retries\": {\"count\": 3, \"on\": [\"timeout\", 429], \"bodyLimit\": \"1MiB\", \"backoff\": {\"base\": \"1ms\", \"cap\": \"1s\"}}",
        "\"bodyLimit\": \"1GiB\"", "\"cors\": \"none\"", "\"cors\": \"*\"",
        "\"cors\": [\"https://a.test\", \"http://localhost:3000\"]",
        "\"cors\": {\"origins\": \"*\", \"methods\": [\"GET\"], \"headers\": \"X-A\", \"expose\": [\"X-B\"], \"maxAge\": \"1h\"}",
        "\"headers\": {\"request\": {\"set\": {\"X-A\": \"1\"}, \"remove\": \"X-B\"}, \"response\": {\"add\": {\"X-C\": \"2\"}}}",
        "\"websocket\": true", "\"websocket\": false", "\"websocket\": \"*\"", "\"websocket\": \"https://a.test\"",
        "\"websocket\": [\"https://a.test\", \"null\"]",
        "\"allowEncodedSlash\": true", "\"strip\": \"/a\"", "\"strip\": \"/a/\"", "\"rewrite\": \"/v2/{**}?x=1\"",
        "\"rateLimit\": [\"1/s per ip\", \"2/m per header:X-Key burst 3\"]",
    ])
    func `Good keys of routes are taken`(route: String) {
        #expect(ConfigurationFixture.problems(ConfigurationFixture.file(route: route, root: Self.jwt)) == [])
    }

    @Test(arguments: [
        "\"auth\": \"maybe\"", "\"auth\": 1", "\"auth\": {\"jwt\": \"x\"}",
        "\"auth\": {\"mode\": \"none\", \"scopes\": [\"a\"]}",
        "\"auth\": {\"scopes\": [\"a b\"]}", "\"auth\": {\"claims\": {\"sub\": \"Host\"}}",
        "\"auth\": {\"claims\": {\"sub\": \"X_A\"}}",
        "\"auth\": {\"claims\": {\"sub\": \"X A\"}}", "\"auth\": {\"claim\": {}}",
        "\"timeout\": {\"total\": \"1s\", \"perTry\": \"2s\"}",
        "\"timeout\": {\"totl\": \"1s\"}", "\"retries\": 11", "\"retries\": -1", "\"retries\": 1.5",
        "\"retries\": \"1\"",
        "\"retries\": {\"on\": [\"conect\"]}", "\"retries\": {\"on\": [200]}",
        "\"retries\": {\"backoff\": {\"base\": \"2s\", \"cap\": \"1s\"}}",
        "\"cors\": {}", "\"cors\": \"shop.test\"", "\"cors\": \"https://a.test/\"",
        "\"cors\": {\"origins\": \"*\", \"credentials\": true}",
        "\"websocket\": 1", "\"websocket\": \"yes\"", "\"websocket\": []", "\"websocket\": {\"origins\": \"*\"}",
        "\"websocket\": [\"https://a.test/\"]", "\"websockets\": true",
        "\"headers\": {\"request\": {\"set\": {\"Content-Length\": \"1\"}}}",
        "\"headers\": {\"request\": {\"set\": {\"A B\": \"1\"}}}",
        "\"headers\": {\"request\": {\"set\": {\"X-A\": \"a\\nb\"}}}",
        "\"headers\": {\"request\": {\"remove\": [\"Host\"]}}",
        "\"headers\": {\"requests\": {}}", "\"allowEncodedSlash\": \"yes\"", "\"strip\": \"/b\"", "\"strip\": \"a\"",
        "\"strip\": \"/a\", \"rewrite\": \"/x\"", "\"rewrite\": \"x\"", "\"rewrite\": \"/{id}\"",
        "\"rewrite\": \"/{**\"",
        "\"rewrite\": \"/a b\"", "\"respond\": 200", "\"too\": \"up\"",
        "\"rateLimit\": \"1/s per sub\", \"auth\": \"none\"",
    ])
    func `Bad keys of routes are refused`(route: String) {
        let problems = ConfigurationFixture.problems(ConfigurationFixture.file(route: route, root: Self.jwt))
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.contains("error:") == true)
    }

    @Test(arguments: [
        "\"handler\": \"products\"", "\"handler\": \"p\", \"instances\": 4, \"port\": 5003, \"database\": \"p.db\"",
        "\"handler\": \"p\", \"env\": {\"A\": \"b\"}, \"restart\": \"never\", \"stopTimeout\": \"1s\", \"directory\": \"x\"",
        "\"run\": [\"server\", \"--port={port}\"]",
        "\"run\": {\"command\": [\"server\"], \"env\": {\"P\": \"{socket}\"}}",
        "\"run\": {\"command\": [\"server\"], \"restart\": \"on-failure\"}, \"port\": 9000",
        "\"targets\": \"unix:/run/x.sock\"",
        "\"targets\": [\"https://a.test\", {\"url\": \"http://[::1]:80\", \"weight\": 0}]",
        "\"targets\": \"https://a.test\", \"tls\": {\"verify\": true, \"ca\": \"ca.pem\", \"serverName\": \"b.test\", \"cert\": \"c\", \"key\": \"k\"}",
        "\"targets\": [\"https://a.test\", \"https://b.test\"], \"protocol\": \"h2\", \"maxStreams\": 1000",
        "\"targets\": [\"http://a.test\", \"unix:/run/x.sock\"], \"protocol\": \"h2c\", \"health\": \"/ok\"",
        "\"targets\": \"http://a.test\", \"protocol\": \"h2c\", \"health\": {\"grpc\": \"shop.Orders\", \"interval\": \"1s\"}",
        "\"run\": [\"s\", \"{port}\"], \"protocol\": \"h2c\", \"health\": {\"grpc\": \"\"}",
        "\"targets\": [\"http://a\", \"https://b\"], \"protocol\": \"http1\"",
        "\"handler\": \"p\", \"protocol\": \"http1\"",
        "\"handler\": \"p\", \"openapi\": false", "\"targets\": \"http://a\", \"openapi\": true",
        "\"handler\": \"p\", \"health\": \"none\"", "\"handler\": \"p\", \"health\": \"/ok\"",
        "\"handler\": \"p\", \"health\": {\"path\": \"none\", \"interval\": \"1s\", \"downInterval\": \"500ms\", \"status\": \"200-204\", \"jitter\": 0.2}",
        "\"handler\": \"p\", \"health\": {\"status\": 204, \"timeout\": \"1s\", \"fall\": 1, \"rise\": 1, \"slowStart\": \"0s\"}",
        "\"handler\": \"p\", \"breaker\": \"none\"",
        "\"handler\": \"p\", \"breaker\": {\"errorRate\": 0.1, \"minRequests\": 1, \"window\": \"1m\", \"connectFailures\": 1, \"open\": \"1s\", \"maxOpen\": \"2s\", \"probes\": 1, \"successes\": 1, \"probeTimeout\": \"1s\", \"statuses\": [500, 503]}",
        "\"handler\": \"p\", \"ejection\": \"none\"",
        "\"handler\": \"p\", \"ejection\": {\"failures\": 2, \"errorRate\": 1, \"minRequests\": 5, \"duration\": \"1s\", \"maxDuration\": \"1m\"}",
        "\"handler\": \"p\", \"retryBudget\": {\"ratio\": 0.5, \"floor\": 0}, \"balance\": \"round-robin\"",
        "\"handler\": \"p\", \"maxRequests\": 5, \"connectTimeout\": \"1s\", \"idleTimeout\": \"5s\", \"idleConnections\": 0",
    ])
    func `Good keys of services are taken`(service: String) {
        #expect(ConfigurationFixture.problems(ConfigurationFixture.file(service: service)) == [])
    }

    @Test(arguments: [
        "", "\"handler\": \"\"", "\"handler\": \"a/b\"", "\"handler\": 1", "\"handler\": \"p\", \"run\": [\"x\"]",
        "\"handler\": \"p\", \"instances\": 0", "\"handler\": \"p\", \"port\": 70000",
        "\"handler\": \"p\", \"port\": 65535, \"instances\": 2",
        "\"handler\": \"p\", \"port\": 8443", "\"handler\": \"p\", \"env\": {\"A=B\": \"c\"}",
        "\"handler\": \"p\", \"env\": {\"A\": 1}",
        "\"handler\": \"p\", \"openapi\": \"yes\"", "\"handler\": \"p\", \"restart\": \"sometimes\"",
        "\"handler\": \"p\", \"tls\": {}", "\"run\": []",
        "\"run\": [\"server\"]",
        "\"run\": {}", "\"run\": \"server\"", "\"run\": [\"s\", 1]",
        "\"run\": [\"s\"], \"port\": 9000, \"instances\": 2",
        "\"run\": [\"s\", \"{port}\"], \"database\": \"x\"", "\"targets\": []", "\"targets\": \"ftp://a\"",
        "\"targets\": \"http://\"",
        "\"targets\": \"http://a/path\"", "\"targets\": \"http://u@a\"", "\"targets\": \"http://a:0\"",
        "\"targets\": \"http://a:99999\"",
        "\"targets\": {\"weight\": 1}", "\"targets\": {\"url\": \"http://a\", \"weight\": 0}",
        "\"targets\": [\"http://a\", \"http://a:80\"]",
        "\"targets\": \"http://a\", \"instances\": 2", "\"targets\": \"http://a\", \"tls\": {\"cert\": \"c\"}",
        "\"handler\": \"p\", \"health\": \"ok\"", "\"handler\": \"p\", \"health\": {\"status\": \"9-10\"}",
        "\"handler\": \"p\", \"health\": {\"status\": \"300-200\"}",
        "\"handler\": \"p\", \"health\": {\"interval\": \"1ms\"}", "\"handler\": \"p\", \"health\": {\"fall\": 0}",
        "\"handler\": \"p\", \"health\": {\"jitter\": 2}",
        "\"handler\": \"p\", \"breaker\": {\"errorRate\": 0}",
        "\"handler\": \"p\", \"breaker\": {\"open\": \"5s\", \"maxOpen\": \"1s\"}",
        "\"handler\": \"p\", \"breaker\": {\"statuses\": [404]}",
        "\"handler\": \"p\", \"ejection\": {\"duration\": \"9s\", \"maxDuration\": \"1s\"}",
        "\"handler\": \"p\", \"retryBudget\": {\"ratio\": 2}", "\"handler\": \"p\", \"balance\": \"rr\"",
        "\"handler\": \"p\", \"maxRequests\": 0",
        "\"handler\": \"p\", \"conectTimeout\": \"1s\"",
        "\"targets\": \"http://a\", \"protocol\": \"h3\"", "\"targets\": \"http://a\", \"protocol\": 2",
        "\"targets\": [\"https://a\", \"http://b\"], \"protocol\": \"h2\"",
        "\"targets\": \"unix:/run/x.sock\", \"protocol\": \"h2\"",
        "\"targets\": [\"http://a\", \"https://b\"], \"protocol\": \"h2c\"",
        "\"run\": [\"s\", \"{port}\"], \"protocol\": \"h2\"",
        "\"handler\": \"p\", \"protocol\": \"h2c\"", "\"handler\": \"p\", \"health\": {\"grpc\": \"\"}",
        "\"targets\": \"http://a\", \"health\": {\"grpc\": \"\"}",
        "\"targets\": \"http://a\", \"protocol\": \"h2c\", \"health\": {\"grpc\": 1}",
        "\"targets\": \"http://a\", \"protocol\": \"h2c\", \"health\": {\"grpc\": \"\", \"path\": \"/ok\"}",
        "\"targets\": \"http://a\", \"protocol\": \"h2c\", \"maxStreams\": 0",
    ])
    func `Bad keys of services are refused`(service: String) {
        let problems = ConfigurationFixture.problems(ConfigurationFixture.file(service: service))
        #expect(problems.filter { !$0.contains("warning:") }.count == 1, "\(problems)")
    }

    @Test(arguments: [
        "\"listen\": {\"https\": [\":8443\", \"[::1]:9443\"], \"admin\": \"unix:admin.sock\"}",
        "\"listen\": {\"admin\": \"off\"}", "\"openapi\": \"off\"", "\"openapi\": {}",
        "\"openapi\": {\"title\": \"Shop\", \"version\": \"2.1\"}",
        "\"listen\": {\"tls\": {\"minVersion\": \"1.3\", \"certificates\": [{\"cert\": \"a\", \"key\": \"b\"}]}}",
        "\"log\": {\"level\": \"debug\", \"access\": \"logs/access.log\"}", "\"log\": {\"access\": \"off\"}",
        "\"trustedProxies\": \"10.0.0.0/8\"",
        "\"admin\": {\"allow\": [\"10.0.0.0/8\", \"::1\"]}", "\"stateDir\": \"/var/lib/gateway\"", "\"$schema\": \"x\"",
        "\"limits\": {\"connections\": 5, \"requestsPerConnection\": 1, \"headerBytes\": \"16KiB\", \"headerCount\": 50, \"requestLine\": \"4KiB\", \"minBodyRate\": \"1KiB/s\"}",
        "\"limits\": {\"http2Streams\": 10, \"http2StreamWindow\": \"1MiB\", \"http2ConnectionWindow\": \"2MiB\", \"rateLimitKeys\": 2048, \"tokenCacheEntries\": 0, \"tokenCacheLifetime\": \"5s\", \"shield\": \"1000/s per ip\"}",
        "\"limits\": {\"shield\": \"none\"}",
        "\"limits\": {\"http2Resets\": \"5/s burst 50\", \"http2Refusals\": \"1000000/s\", \"http2Settings\": \"1/s burst 1000000\", \"http2Pings\": \"1/s\", \"http2Priorities\": \"1/s\", \"http2EmptyFrames\": \"1/s\", \"http2WindowUpdates\": \"1/s\", \"http2UnknownFrames\": \"1/s\", \"http2StrayFrames\": \"1/s\"}",
        "\"limits\": {\"http2Continuations\": 1, \"http2FieldBlock\": \"16KiB\", \"http2WorkPerStream\": 1, \"http2UnreadAnswers\": \"1MiB\"}",
        "\"timeouts\": {\"tlsHandshake\": \"1s\", \"headerRead\": \"1s\", \"bodyIdle\": \"1s\", \"keepAliveIdle\": \"1s\", \"drainDelay\": \"0s\", \"drain\": \"0s\"}",
        "\"defaults\": {\"auth\": \"none\", \"retries\": 2, \"balance\": \"random\", \"health\": {\"interval\": \"1s\"}, \"cors\": \"*\"}",
        "\"jwt\": {\"a\": {\"algorithms\": \"HS256\", \"secret\": \"\(secret)\", \"audience\": [\"x\", \"y\"], \"leeway\": \"0s\", \"maxTokenSize\": \"4KiB\"}}",
        "\"jwt\": {\"a\": {\"algorithms\": \"HS256\", \"secret\": \"\(secret)\", \"revocations\": \"up\"}}",
        "\"jwt\": {\"a\": {\"algorithms\": \"HS256\", \"secret\": \"\(secret)\", \"revocations\": {\"service\": \"two\", \"path\": \"/r?x=1\", \"interval\": \"1s\", \"maxEntries\": 5}}}",
        "\"jwt\": {\"a\": {\"algorithms\": [\"RS256\", \"ES256\"], \"publicKey\": \"key.pem\"}, \"b\": {\"algorithms\": \"EdDSA\", \"jwks\": \"file:key.pem\"}}",
    ])
    func `Good keys of the gateway are taken`(root: String) {
        let file = ConfigurationFixture.file(route: "\"retries\": 0", root: root + ", ")
        #expect(ConfigurationFixture.problems(file, files: ["key.pem": "x"]) == [])
    }

    @Test(arguments: [
        "\"openapi\": \"on\"", "\"openapi\": false", "\"openapi\": {\"title\": \"\"}", "\"openapi\": {\"name\": \"x\"}",
        "\"listen\": {\"https\": []}", "\"listen\": {\"https\": \"8443\"}", "\"listen\": {\"https\": \":x\"}",
        "\"listen\": {\"https\": \":99999\"}",
        "\"listen\": {\"http\": \":8443\"}", "\"listen\": {\"https\": 8443}",
        "\"listen\": {\"tls\": {\"cert\": \"a\"}}", "\"listen\": {\"tls\": {\"minVersion\": \"1.1\"}}",
        "\"log\": {\"level\": \"loud\"}", "\"log\": {\"access\": \"\"}", "\"trustedProxies\": [\"10.0.0.0/99\"]",
        "\"admin\": {\"allow\": \"localhost\"}",
        "\"limits\": {\"headerBytes\": 32768}", "\"limits\": {\"headerCount\": 1}",
        "\"limits\": {\"minBodyRate\": \"240\"}", "\"limits\": {\"shield\": \"1/s per route\"}",
        "\"limits\": {\"http2Resets\": \"20/m\"}", "\"limits\": {\"http2Resets\": \"0/s\"}",
        "\"limits\": {\"http2Resets\": 20}", "\"limits\": {\"http2Resets\": \"20/s burst\"}",
        "\"limits\": {\"http2Pings\": \"20/s per ip\"}", "\"limits\": {\"http2Pings\": \"20/s burst -1\"}",
        "\"limits\": {\"http2Pings\": \"20/s burst 5/s\"}", "\"limits\": {\"http2Pings\": \"2000000/s\"}",
        "\"limits\": {\"http2Continuations\": 0}", "\"limits\": {\"http2FieldBlock\": \"1KiB\"}",
        "\"limits\": {\"conections\": 5}", "\"timeouts\": {\"drain\": 3}", "\"defaults\": {\"to\": \"up\"}",
        "\"defaults\": {\"auth\": \"required\"}",
        "\"jwt\": {\"a\": {\"algorithms\": [\"HS256\"]}}", "\"jwt\": {\"a\": {\"secret\": \"\(secret)\"}}",
        "\"jwt\": {\"a\": {\"algorithms\": [], \"secret\": \"\(secret)\"}}",
        "\"jwt\": {\"a\": {\"algorithms\": [\"none\"], \"secret\": \"\(secret)\"}}",
        "\"jwt\": {\"a\": {\"algorithms\": [\"RS256\"], \"secret\": \"\(secret)\"}}",
        "\"jwt\": {\"a\": {\"algorithms\": [\"HS256\"], \"publicKey\": \"key.pem\"}}",
        "\"jwt\": {\"a\": {\"algorithms\": [\"HS256\"], \"secret\": \"file:none\"}}",
        "\"jwt\": {\"a\": {\"algorithms\": [\"HS256\"], \"secret\": \"\"}}",
        "\"jwt\": {\"a\": {\"algorithms\": [\"RS256\"], \"jwks\": \"https://a/jwks\"}}",
        "\"jwt\": {\"a\": {\"algorithms\": \"HS256\", \"secret\": \"\(secret)\", \"revocations\": \"upp\"}}",
        "\"jwt\": {\"a\": {\"algorithms\": \"HS256\", \"secret\": \"\(secret)\", \"revocations\": {\"path\": \"/r\"}}}",
        "\"jwt\": {\"a\": {\"algorithms\": \"HS256\", \"secret\": \"\(secret)\", \"revocations\": {\"service\": \"up\", \"path\": \"r\"}}}",
        "\"jwt\": {\"a\": {\"algorithms\": \"HS256\", \"secret\": \"\(secret)\", \"revocations\": {\"service\": \"up\", \"interval\": \"1ms\"}}}",
        "\"jwt\": {\"a\": {\"algorithms\": \"HS256\", \"secret\": \"\(secret)\", \"revocations\": {\"service\": \"up\", \"maxEntries\": 0}}}",
        "\"jwt\": {\"a b\": {\"algorithms\": [\"HS256\"], \"secret\": \"\(secret)\"}}", "\"jwt\": []", "\"routs\": []",
        "\"tests\": [{\"request\": \"GET /a\"}]", "\"tests\": [{\"expect\": {\"status\": 200}}]",
        "\"tests\": [{\"request\": \"GET /a\", \"expect\": {}}]",
    ])
    func `Bad keys of the gateway are refused`(root: String) {
        let file = ConfigurationFixture.file(route: "\"retries\": 0", root: root + ", ")
        let problems = ConfigurationFixture.problems(file, files: ["key.pem": "x"])
        #expect(problems.filter { !$0.contains("warning:") }.count == 1, "\(problems)")
    }

    @Test(arguments: [
        ("\"/x\"", "/x"), ("\"GET /\"", "GET /"), ("\"GET,POST a.test/x/{id:int}\"", "GET,POST a.test/x/{id:int}"),
        ("\"*.a.test/**\"", "*.a.test/**"), ("\"/caf\u{e9}/%7e%c3%a9\"", "/caf%C3%A9/~%C3%A9"),
        ("\"A.Test/x/\"", "a.test/x/"),
        ("{\"path\": \"/x\", \"methods\": \"PUT\", \"hosts\": [\"a.test\"]}", "PUT a.test/x"),
        (
            "{\"path\": \"/x\", \"headers\": {\"X-T\": \"1\", \"B\": true}, \"query\": {\"q\": {\"prefix\": \"z\"}, \"r\": false}}",
            "/x [header x-t=1, header b, query q=z*, query !r]"
        ),
    ])
    func `Matches have a short and a long form`(match: String, description: String) throws {
        let file = "{\"routes\": [{\"name\": \"a\", \"match\": \(match), \"respond\": 200}]}"
        #expect(try ConfigurationFixture.load(file).routes[0].pattern.description == description)
    }

    @Test(arguments: [
        "\"\"", "\"GET\"", "\"get /x\"", "\"GET, POST /x\"", "\"a.test\"", "\"GET a b/c\"", "\"/x/{id\"", "\"/x/{}\"",
        "\"/x/{a}b\"", "\"/x/*\"",
        "\"/**/x\"", "\"/x//y\"", "\"/x/../y\"", "\"/x?y=1\"", "\"/{a}/{a}\"", "\"/{a?}/b\"", "\"/{a?}/**\"",
        "\"/{a:float}\"", "\"/%zz\"", "\"/a b\"",
        "\"a.test:80/x\"", "\"a.*.test/x\"", "\"*/x\"", "\"-/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}\"",
        "{\"methods\": [\"GET\"]}", "{\"path\": \"x\"}",
        "{\"path\": \"/x\", \"methods\": []}", "{\"path\": \"/x\", \"headers\": {\"a b\": \"1\"}}",
        "{\"path\": \"/x\", \"query\": {\"a\": {\"equals\": \"1\", \"prefix\": \"2\"}}}",
        "{\"path\": \"/x\", \"query\": {\"a\": 1}}", "{\"path\": \"/x\", \"host\": \"a\"}", "7",
    ])
    func `Other matches are refused`(match: String) {
        let problems = ConfigurationFixture.problems(
            "{\"routes\": [{\"name\": \"a\", \"match\": \(match), \"respond\": 200}]}")
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.contains("error:") == true)
    }
}
