import Foundation
import Testing

/// What is said of the route tables in `examples/`.
@Suite struct ExampleTests {
    @Test(arguments: ["000", "001", "002", "003", "004"])
    func `gateway check finds nothing wrong, and nothing odd`(number: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(String(repeating: "0123456789abcdef", count: 4), to: "certs/jwt.secret", mode: 0o600)
        let file = "seed-\(number).routes.json"
        let text = try String(contentsOf: Places.repository.appending(path: "examples/\(file)"), encoding: .utf8)
        try folder.write(text, to: "examples/\(file)")
        let check = try Command.run(Places.gateway, ["check", "examples/\(file)"], folder: folder.path)
        #expect(check.status == 0, "\(check.allText)")
        #expect(!check.allText.contains("warning"), "\(check.allText)")
    }

    /// Every endpoint that the five documents list is a row, with the test that calls it.
    @Test func `the table of endpoints names tests that there are`() throws {
        let text = try String(contentsOf: Places.repository.appending(path: "examples/README.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.contains(/^\| `[A-Z]+ \//) }
        #expect(rows.count == 72)
        for row in rows {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let test = Places.repository.appending(path: "Tests/BlackBoxTests/Shop/Seed\(cells[2])Tests.swift")
            let source = try String(contentsOf: test, encoding: .utf8)
            // The endpoint's path up to its first parameter, as the test spells it.
            let words = cells[0].trimmingCharacters(in: ["`"]).split(separator: " ")
            let stem = words[1].prefix { $0 != "<" && $0 != "?" }
            #expect(source.contains("\"\(words[0])\", \"\(stem)"), "\(row)")
        }
    }
}
