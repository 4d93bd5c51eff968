import HTTP
import Testing

@testable import Gateway

@Suite struct RouteTableTests {
    /// The index of the matching pattern, `404`, or the `Allow` of a 405.
    static func match(_ patterns: [String], _ request: String, headers: [(String, String)] = []) throws -> String {
        var conflicts: [RouteConflict] = []
        let patterns = try patterns.map { try RoutePattern(short: $0) }
        let table = RouteTable(patterns, conflicts: &conflicts)
        #expect(conflicts.isEmpty)
        return try RouteFixture.describe(table, patterns, request, headers: headers)
    }

    @Test(arguments: [
        (["/a/{x}", "/a/b"], "GET /a/b", "1"), (["/a/{x}", "/a/b"], "GET /a/c", "0 x=c"),
        (["/a/**", "/a/{x}"], "GET /a/b", "1 x=b"), (["/a/**", "/a/{x}"], "GET /a/b/c", "0 **=b/c"),
        (["/**", "/a/**"], "GET /a/b", "1 **=b"), (["/**"], "GET /", "0"), (["/a/**"], "GET /a", "0"),
        (["/a/**"], "GET /a/", "0 **="), (["/a/**"], "GET /ab", "404"), (["/"], "GET /", "0"), (["/"], "GET /a", "404"),
        (["/a"], "GET /a/", "404"), (["/a/"], "GET /a/", "0"), (["/a/{x}"], "GET /a/", "404"),
        (["/a/{x?}"], "GET /a", "0"), (["/a/{x?}"], "GET /a/1", "0 x=1"), (["/a/{x?}"], "GET /a/", "404"),
        (["/a/{x?}", "/a"], "GET /a", "1"), (["/a/{x?}/{y?}"], "GET /a/1/2", "0 x=1 y=2"), (["/{x?}"], "GET /", "0"),
        (["/{x}", "/{n:int}", "/{s:slug}", "/{u:uuid}"], "GET /12", "1 n=12"),
        (["/{x}", "/{n:int}", "/{s:slug}", "/{u:uuid}"], "GET /a-b_1", "2 s=a-b_1"),
        (["/{x}", "/{n:int}", "/{s:slug}", "/{u:uuid}"], "GET /a,b", "0 x=a,b"),
        (
            ["/{s:slug}", "/{u:uuid}"], "GET /3F2504E0-4f89-41d3-9a0c-0305e82c3301",
            "1 u=3F2504E0-4f89-41d3-9a0c-0305e82c3301"
        ),
        (
            ["/{s:slug}", "/{u:uuid}"], "GET /3F2504E0x4f89-41d3-9a0c-0305e82c3301",
            "0 s=3F2504E0x4f89-41d3-9a0c-0305e82c3301"
        ),
        (["/a/{x}/c", "/a/b/d"], "GET /a/b/c", "0 x=b"), (["/{x}/b/**", "/a/{y}/c"], "GET /a/b/d", "0 x=a **=d"),
        (["/{x}/b/c", "/a/**"], "GET /a/b/c", "1 **=b/c"), (["GET /a"], "POST /a", "allow GET, HEAD"),
        (["GET /a", "PUT,DELETE /a"], "POST /a", "allow GET, HEAD, PUT, DELETE"), (["GET /a", "/a"], "GET /a", "0"),
        (["GET /a", "/a"], "PURGE /a", "1"), (["GET /a/b", "/a/**"], "POST /a/b", "1 **=b"),
        (["GET /a"], "HEAD /a", "0"),
        (["GET /a", "HEAD /a"], "HEAD /a", "1"), (["GET /a", "/a"], "HEAD /a", "0"),
        (["POST /a"], "HEAD /a", "allow POST"),
        (["GET /{x}", "POST /a"], "GET /a", "0 x=a"), (["/a%2Cb"], "GET /a%2cb", "0"), (["/a~"], "GET /%61%7E", "0"),
        (["OPTIONS /**"], "OPTIONS *", "404"),
    ])
    func `The narrowest path wins`(patterns: [String], request: String, expected: String) throws {
        #expect(try Self.match(patterns, request) == expected)
    }

    @Test(arguments: [
        (["/a", "shop.test/a"], "GET shop.test/a", "1"), (["/a", "shop.test/a"], "GET other.test/a", "0"),
        (["/a", "shop.test/**"], "GET shop.test/a", "1 **=a"), (["/a", "shop.test/b"], "GET shop.test/a", "0"),
        (["shop.test/a"], "GET SHOP.Test:8443/a", "0"), (["shop.test/a"], "GET shop.test./a", "0"),
        (["*.shop.test/a"], "GET x.shop.test/a", "0"), (["*.shop.test/a"], "GET x.y.shop.test/a", "0"),
        (["*.shop.test/a"], "GET shop.test/a", "404"), (["*.test/a", "*.shop.test/a"], "GET x.shop.test/a", "1"),
        (["*.test/a", "*.shop.test/b"], "GET x.shop.test/a", "0"), (["*.test/a", "x.test/a"], "GET x.test/a", "1"),
        (["[::1]/a"], "GET [::1]:8443/a", "0"), (["127.0.0.1/a"], "GET 127.0.0.1:8443/a", "0"),
        (["GET shop.test/a", "POST /a"], "POST shop.test/a", "1"),
        (["GET shop.test/a", "POST /a"], "PUT shop.test/a", "allow GET, HEAD, POST"),
        (["shop.test/a"], "GET evil-shop.test/a", "404"), (["*.shop.test/a"], "GET evilshop.test/a", "404"),
    ])
    func `A named host beats any`(patterns: [String], request: String, expected: String) throws {
        #expect(try Self.match(patterns, request) == expected)
    }

    @Test func `Conditions narrow, the first value counts`() throws {
        var patterns = [RoutePattern](repeating: try RoutePattern(short: "/a"), count: 7)
        patterns[1].headers = [RouteCondition(name: "x-t", test: .present)]
        patterns[2].headers = [RouteCondition(name: "x-t", test: .prefix("b"))]
        patterns[3].headers = [RouteCondition(name: "x-t", test: .equals("blue"))]
        patterns[4].headers = [RouteCondition(name: "x-t", test: .equals("blue"))]
        patterns[4].query = [RouteCondition(name: "v", test: .equals("2"))]
        patterns[5].headers = [
            RouteCondition(name: "accept", test: .absent), RouteCondition(name: "x-t", test: .equals("z")),
        ]
        patterns[6].query = [
            RouteCondition(name: "flag", test: .equals("")), RouteCondition(name: "w", test: .present),
            RouteCondition(name: "x", test: .absent),
        ]
        var conflicts: [RouteConflict] = []
        let table = RouteTable(patterns, conflicts: &conflicts)
        #expect(conflicts.isEmpty)
        func check(_ request: String, _ headers: [(String, String)], _ expected: String) throws {
            #expect(try RouteFixture.describe(table, patterns, request, headers: headers) == expected)
        }
        try check("GET /a", [], "0")
        try check("GET /a", [("X-T", "red")], "1")
        try check("GET /a", [("x-t", "black")], "2")
        try check("GET /a", [("x-t", "blue")], "3")
        try check("GET /a?v=2", [("x-t", "blue")], "4")
        try check("GET /a?v=1&v=2", [("x-t", "blue")], "3")
        try check("GET /a?vv=2&v", [("x-t", "blue")], "3")
        try check("GET /a", [("x-t", "red"), ("x-t", "blue")], "1")
        try check("GET /a", [("x-t", "z")], "5")
        try check("GET /a", [("x-t", "z"), ("accept", "*/*")], "1")
        try check("GET /a?flag&w=1", [], "6")
        try check("GET /a?flag=&w&x", [], "0")
    }

    @Test func `A preflight is matched as the method that it asks about`() throws {
        var conflicts: [RouteConflict] = []
        let table = RouteTable([try RoutePattern(short: "PUT /a")], conflicts: &conflicts)
        let head = try RouteFixture.head("OPTIONS /a")
        guard case .methodNotAllowed = table.match(head), case .found(let route, _) = table.match(head, as: .put) else {
            Issue.record("the preflight found no route")
            return
        }
        #expect(route == 0)
    }

    @Test func `A host that no name can have finds nothing`() throws {
        var conflicts: [RouteConflict] = []
        let table = RouteTable([try RoutePattern(short: "*.a/x")], conflicts: &conflicts)
        for authority in ["", ".", ":", "..", ":80", String(repeating: "a.", count: 400) + "a", "[", "a:"] {
            var head = RequestHead()
            head.setPath(Array("/x".utf8).span)
            head.setAuthority(Array(authority.utf8).span)
            _ = table.match(head)
        }
    }
}
