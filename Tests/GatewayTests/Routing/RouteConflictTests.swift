import Testing

@testable import Gateway

@Suite struct RouteConflictTests {
    private func conflicts(_ patterns: [RoutePattern]) -> [RouteConflict] {
        var conflicts: [RouteConflict] = []
        _ = RouteTable(patterns, conflicts: &conflicts)
        return conflicts
    }

    @Test(arguments: [
        ("/a", "/a", "GET /a"), ("GET /a", "GET,POST /a", "GET /a"), ("/a/{x}", "/a/{y}", "GET /a/x"),
        ("PUT *.a.test/{n:int}", "PUT *.a.test/{m:int}", "PUT www.a.test/1"), ("/a/**", "/a/**", "GET /a"),
        ("/a/{x?}", "/a/{y?}/{z?}", "GET /a"), ("/a/{x?}", "/a/{y}", "GET /a/x"), ("a.test/", "A.TEST/", "GET a.test/"),
        ("HEAD /a", "HEAD /a", "HEAD /a"), ("/%7Ea", "/~a", "GET /~a"),
    ])
    func `Routes that tie are told with a request that both take`(first: String, second: String, example: String) throws
    {
        let patterns = [try RoutePattern(short: first), try RoutePattern(short: second)]
        #expect(conflicts(patterns) == [RouteConflict(first: 0, second: 1, example: example)])
    }

    @Test(arguments: [
        ("/a", "/b"), ("GET /a", "POST /a"), ("GET /a", "/a"), ("GET /a", "HEAD /a"), ("/a", "a.test/a"),
        ("/a/{x}", "/a/{x:int}"), ("/a/{x?}", "/a"), ("/a/**", "/a"), ("/a/**", "/a/{x?}"), ("a.test/x", "*.test/x"),
    ])
    func `Routes of which one is narrower do not tie`(first: String, second: String) throws {
        #expect(conflicts([try RoutePattern(short: first), try RoutePattern(short: second)]) == [])
    }

    @Test func `Conditions that exclude each other do not tie, others do`() throws {
        func pattern(_ name: String, _ test: RouteCondition.Test) throws -> RoutePattern {
            var pattern = try RoutePattern(short: "/a")
            pattern.headers = [RouteCondition(name: name, test: test)]
            return pattern
        }
        #expect(conflicts([try pattern("x", .equals("1")), try pattern("x", .equals("2"))]) == [])
        #expect(conflicts([try pattern("x", .prefix("a")), try pattern("x", .prefix("b"))]) == [])
        #expect(conflicts([try pattern("x", .equals("1")), try pattern("x", .prefix("1"))]) == [])
        #expect(
            conflicts([try pattern("x", .equals("1")), try pattern("y", .equals("2"))]).map(\.example)
                == ["GET /a with header x: 1 and header y: 2"])
        #expect(
            conflicts([try pattern("x", .prefix("a")), try pattern("x", .prefix("ab"))]).map(\.example)
                == ["GET /a with header x: ab"])
    }
}
