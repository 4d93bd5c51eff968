import HTTP
import Testing

@testable import Gateway

@Suite struct RouteScaleTests {
    private func patterns(_ count: Int) throws -> [RoutePattern] {
        try (0..<count).map { try RoutePattern(short: "GET h\($0 % 7).test/api/v\($0 % 13)/thing\($0)/{id:int}") }
    }

    @Test func `Ten thousand routes compile and match`() throws {
        let patterns = try patterns(10_000)
        var conflicts: [RouteConflict] = []
        let table = RouteTable(patterns, conflicts: &conflicts)
        #expect(conflicts.isEmpty)
        for route in [0, 1, 4999, 9999] {
            let request = "GET h\(route % 7).test/api/v\(route % 13)/thing\(route)/42"
            #expect(try RouteFixture.describe(table, patterns, request) == "\(route) id=42")
        }
        #expect(try RouteFixture.describe(table, patterns, "GET h0.test/api/v0/thing1/42") == "404")
    }

    /// Work is counted, not timed: the walk visits a node per segment however many siblings there are.
    @Test func `A match looks at as many nodes among ten thousand routes as among ten`() throws {
        func visits(_ count: Int) throws -> Int {
            var builder = RouteTableBuilder(try patterns(count))
            for index in 0..<count { builder.insert(index) }
            _ = builder.finish()
            return builder.longestProbe
        }
        #expect(try visits(10) <= 16)
        #expect(try visits(10_000) <= 64)
    }

    @Test func `A file with ten thousand routes loads`() throws {
        let routes = (0..<10_000).map { #"{"name": "r\#($0)", "match": "GET /api/r\#($0)/{id}", "to": "up"}"# }
        let file =
            #"{"services": {"up": {"targets": "http://127.0.0.1:1"}}, "routes": ["# + routes.joined(separator: ",\n")
            + "]}"
        #expect(try ConfigurationFixture.load(file).routes.count == 10_000)
    }
}
