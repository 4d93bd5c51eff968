import Testing

@testable import Commands

@Suite struct RoutesTests {
    @Test func `the table has a row for each route and service, with columns that line up`() {
        let outcome = Fixture.run("routes")
        #expect(outcome.exitCode == 0)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 1 + 5 + 1 + 2)
        #expect(lines[0].hasPrefix("ROUTE "))
        #expect(lines[1].contains("GET,POST shop.test/api/orders/{id?}"))
        #expect(lines[1].contains("20/s per sub burst 40"))
        #expect(lines[5].contains("respond 204"))
        let starts = Set(
            zip(lines[..<6], ["MATCH", "GET,POST", "shop.test", "/api", "POST", "/ping"]).map { line, match in
                line.firstRange(of: match).map { line.distance(from: line.startIndex, to: $0.lowerBound) }
            })
        #expect(starts == [8])
        #expect(lines[7].contains("http://127.0.0.1:9001"))
    }

    @Test func `a file with mistakes has no table`() {
        let outcome = Fixture.run("routes", files: ["routes.json": "{"])
        #expect(outcome.exitCode == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("routes.json:1:1: error:"))
    }

    @Test func `the schema that is built in is that of the documentation`() throws {
        let file = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/docs/routes.schema.json"
        let bytes = try ConfigurationFile.read(file)
        let outcome = Fixture.run("schema")
        #expect(outcome.exitCode == 0)
        #expect(outcome.output == String(decoding: bytes, as: UTF8.self), "run scripts/embed-schema.sh")
    }
}
