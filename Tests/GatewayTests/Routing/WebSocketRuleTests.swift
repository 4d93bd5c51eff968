import Bytes
import HTTP
import Testing

@testable import Gateway

@Suite struct WebSocketRuleTests {
    private static let shop = ["https://shop.test", "http://localhost:3000"]

    private func rule(_ rule: WebSocketRule, cors origins: [String]? = nil) -> CompiledWebSocketRule {
        var cors: CORSRule?
        if let origins {
            cors = CORSRule()
            cors?.origins = origins
        }
        return CompiledWebSocketRule(rule, cors: cors)
    }

    private func allows(_ rule: CompiledWebSocketRule, _ origins: [String], host: String = "api.test:8443") -> Bool {
        var head = RequestHead()
        head.setAuthority(Array(host.utf8).span)
        for origin in origins { head.fields.append(.origin, value: Array(origin.utf8).span) }
        return rule.allows(originOf: head)
    }

    @Test(arguments: ["https://shop.test", "null", "file://", "", "https://evil.test"])
    func `without origins every page may, unless nobody may`(origin: String) {
        #expect(rule(.allowed).isAllowed && allows(rule(.allowed), [origin]))
        #expect(allows(rule(.allowedFrom(["*"]), cors: Self.shop), [origin]))
        #expect(allows(rule(.allowed, cors: ["*"]), [origin]))
        #expect(!rule(.refused).isAllowed)
    }

    @Test(arguments: [
        ("https://shop.test", true), ("http://localhost:3000", true), ("http://shop.test", false),
        ("https://shop.test:444", false), ("https://shop.test.evil.test", false), ("https://evil.test", false),
        ("null", false), ("", false), ("https://", false), ("https://xshop.test", false), ("shop.test", false),
    ])
    func `attack, cross-site hijacking: only pages of the origins may`(origin: String, expected: Bool) {
        #expect(allows(rule(.allowedFrom(Self.shop)), [origin]) == expected)
        #expect(allows(rule(.allowed, cors: Self.shop), [origin]) == expected)
        #expect(allows(rule(.allowedFrom(Self.shop), cors: ["https://evil.test"]), [origin]) == expected)
    }

    @Test func `a page may connect to its own host, and who is no page may connect`() {
        let rule = rule(.allowedFrom(Self.shop))
        #expect(allows(rule, []))
        #expect(allows(rule, ["https://api.test:8443"]) && allows(rule, ["http://API.test:8443"]))
        #expect(!allows(rule, ["https://api.test"]) && !allows(rule, ["ftp://api.test:8443"]))
    }

    @Test func `attack, cross-site hijacking: a second origin does not help`() {
        #expect(!allows(rule(.allowedFrom(Self.shop)), ["https://shop.test", "https://evil.test"]))
    }

    @Test func `a mistake is reported with its place`() {
        let file = ConfigurationFixture.file(route: "\"websocket\": [true, \"https://a.test/x\"]")
        #expect(
            ConfigurationFixture.problems(file) == [
                "routes.json:2:71: error: expected a string, found a boolean [routes[0].websocket[0]]",
                "routes.json:2:77: error: \"https://a.test/x\" is not an origin; write it like \"https://shop.test\" [routes[0].websocket[1]]",
            ])
        let answering = "{\"routes\": [{\"name\": \"a\", \"match\": \"/a\", \"respond\": 200, \"websocket\": true}]}"
        #expect(
            ConfigurationFixture.problems(answering).first?.contains("means nothing on a route that answers") == true)
    }

    @Test func `defaults hold for routes that do not say otherwise`() throws {
        let file = ConfigurationFixture.file(
            route: "\"websocket\": \"https://shop.test\"", root: "\"defaults\": {\"websocket\": false}, ")
        let configuration = try ConfigurationFixture.load(file)
        #expect(configuration.routes.map(\.webSocket) == [.allowedFrom(["https://shop.test"]), .refused])
    }
}
