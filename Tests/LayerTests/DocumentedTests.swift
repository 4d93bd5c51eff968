import Foundation
import Testing

/// The pages that say which test holds what: none may name a test that is gone.
@Suite struct DocumentedTests {
    /// The functions of all tests that are named by sentences.
    private static let names: Set<String> = {
        let folder = Repository.root.appending(path: "Tests")
        let paths = FileManager.default.enumerator(atPath: folder.path)!.compactMap { $0 as? String }
        let texts = paths.filter { $0.hasSuffix("Tests.swift") }.map { path in
            try! String(contentsOf: folder.appending(path: path), encoding: .utf8)
        }
        return Set(texts.flatMap { $0.matches(of: /func `([^`\n]+)`/).map { String($0.1) } })
    }()

    /// What the last column of the tables in a page names whose head says `tests`.
    static func tests(in page: String) -> [String] {
        var isTable = false
        var names: [String] = []
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                isTable = false
                continue
            }
            let cell = line.dropLast().split(separator: "|", omittingEmptySubsequences: false).last ?? ""
            if cell.trimmingCharacters(in: .whitespaces) == "tests" {
                isTable = true
            } else if isTable {
                names += cell.matches(of: /`([^`]+)`/).map { String($0.1) }
            }
        }
        return names
    }

    @Test(arguments: ["conformance.md", "threat-model.md"])
    func `every test that a page names exists`(page: String) throws {
        let text = try String(contentsOf: Repository.root.appending(path: "docs/\(page)"), encoding: .utf8)
        let named = Self.tests(in: text)
        #expect(named.count > 10)
        for name in named { #expect(Self.names.contains(name), "docs/\(page) names \(name)") }
    }

    /// The page shows a file of the tests, which therefore works.
    @Test func `the handler in the guide is one that is tested`() throws {
        let page = try String(contentsOf: Repository.root.appending(path: "docs/handlers.md"), encoding: .utf8)
        let file = Repository.root.appending(path: "Tests/ServiceKitTests/Support/NotesHandler.swift")
        #expect(page.contains("```swift\n" + (try String(contentsOf: file, encoding: .utf8)) + "```"))
    }

    @Test func `names are found in the last column of tables of tests only`() {
        let page = """
            | a | tests |
            |---|---|
            | `no` | `one`; `two, or more` |
            | row | none |

            | a | `other` |
            | b | `no` |
            """
        #expect(Self.tests(in: page) == ["one", "two, or more"])
    }
}
