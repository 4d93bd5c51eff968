import Bytes
import HTTP
import Testing

@testable import Gateway

@Suite struct PathRewriteTests {
    private func rewrite(_ pattern: String, _ rule: PathRewriteRule, _ request: String) throws -> String {
        let patterns = [try RoutePattern(short: pattern)]
        var conflicts: [RouteConflict] = []
        let table = RouteTable(patterns, conflicts: &conflicts)
        let head = try RouteFixture.head("GET \(request)")
        guard case .found(_, let captures) = table.match(head) else { return "404" }
        var target = ByteBuffer()
        PathRewrite(rule, pattern: patterns[0].path)
            .write(path: head.path, query: head.query, captures: captures, into: &target)
        return target.readable.text
    }

    @Test(
        arguments: [
            ("/a/**", .none, "/a/b?c", "/a/b?c"), ("/api/**", .strip("/api"), "/api/x/y?z=1", "/x/y?z=1"),
            ("/api/**", .strip("/api"), "/api", "/"), ("/api/**", .strip("/api"), "/api/", "/"),
            ("/api/**", .strip("/api"), "/api?x", "/?x"), ("/a/b/**", .strip("/a/b"), "/a/b/c", "/c"),
            ("/api/**", .template("/v2/{**}"), "/api/x/y", "/v2/x/y"),
            ("/api/**", .template("/v2/{**}"), "/api", "/v2"),
            ("/api/**", .template("/v2/{**}"), "/api/", "/v2/"), ("/api/**", .template("/{**}"), "/api", "/"),
            ("/o/{id}/i/{item}", .template("/{item}/of/{id}"), "/o/1/i/2?q", "/2/of/1?q"),
            ("/o/{id?}", .template("/orders/{id}"), "/o", "/orders"),
            ("/o/{id?}", .template("/orders/{id}"), "/o/7", "/orders/7"),
            ("/o/{id}", .template("/find?id={id}"), "/o/7?x=1", "/find?id=7&x=1"),
            ("/o/{id}", .template("/find?id={id}"), "/o/7", "/find?id=7"),
            ("/o/{id}", .template("/x"), "/o/a%20b", "/x"), ("/o/{id}", .template("/x/{id}"), "/o/a%20b", "/x/a%20b"),
        ] as [(String, PathRewriteRule, String, String)])
    func `Targets are written for the service`(pattern: String, rule: PathRewriteRule, request: String, target: String)
        throws
    {
        #expect(try rewrite(pattern, rule, request) == target)
    }

    @Test func `Requests are split by weight`() {
        func service(_ index: Int, _ weight: Int) -> WeightedService {
            WeightedService(service: index, name: "s\(index)", weight: weight)
        }
        let split = ServiceSplit([service(4, 95), service(7, 0), service(2, 5)])
        var counts: [Int: Int] = [:]
        var random = SeededGenerator(seed: 1)
        for _ in 0..<10_000 { counts[split.service(random: random.next()), default: 0] += 1 }
        #expect(counts.keys.sorted() == [2, 4])
        #expect((9300...9700).contains(counts[4]!))
        #expect(split.service(random: 0) == 4)
        #expect(split.service(random: .max) == 2)
        #expect(ServiceSplit([service(3, 1)]).service(random: .max) == 3)
    }
}
