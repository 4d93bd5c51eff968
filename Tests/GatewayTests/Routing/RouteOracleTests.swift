import Bytes
import HTTP
import Testing

@testable import Gateway

/// Compares the trie with the rule written down plainly: of all routes that take a request, the first by precedence.
@Suite struct RouteOracleTests {
    @Test(arguments: 0..<60 as Range<UInt64>)
    func `The trie answers as a search through all routes does`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var patterns = try (0..<40).map { _ in try Self.pattern(&random) }
        var conflicts: [RouteConflict] = []
        _ = RouteTable(patterns, conflicts: &conflicts)
        for conflict in conflicts {
            let example = try Self.head(conflict.example)
            for route in [conflict.first, conflict.second] {
                #expect(RouteOracle.takes(patterns[route], example, .any) != nil, "\(conflict)")
            }
        }
        let losers = Set(conflicts.map(\.second))
        patterns = patterns.indices.filter { !losers.contains($0) }.map { patterns[$0] }
        conflicts = []
        let table = RouteTable(patterns, conflicts: &conflicts)
        #expect(conflicts == [])
        for _ in 0..<300 {
            let request = Self.request(&random)
            let head = try RouteFixture.head(request, headers: Bool.random(using: &random) ? [("x-t", "blue")] : [])
            let expected = RouteOracle.match(patterns, head)
            let found: RouteOracle.Answer =
                switch table.match(head) {
                case .notFound: .notFound
                case .methodNotAllowed(let allow): .methodNotAllowed(allow)
                case .found(let route, _): .found(route)
                }
            #expect(found == expected, "\(request) in \(patterns.map(\.description))")
        }
    }

    private static func pattern(_ random: inout SeededGenerator) throws -> RoutePattern {
        let methods = ["", "", "GET ", "GET,POST ", "HEAD ", "DELETE "].randomElement(using: &random)!
        let host = ["", "", "a.test", "b.a.test", "*.a.test", "*.test"].randomElement(using: &random)!
        var path = ""
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            path +=
                "/"
                + ["a", "b", "1", "{%}", "{%:int}", "{%:slug}"].randomElement(using: &random)!
                .replacing("%", with: "p\(path.utf8.count)")
        }
        switch Int.random(in: 0..<5, using: &random) {
        case 0: path += "/**"
        case 1: path += "/{o?}"
        case 2: path += "/{o:int?}/{q?}"
        default: if path.isEmpty { path = "/" }
        }
        var pattern = try RoutePattern(short: methods + host + path)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: pattern.headers = [RouteCondition(name: "x-t", test: .equals("blue"))]
        case 1: pattern.headers = [RouteCondition(name: "x-t", test: .absent)]
        case 2: pattern.query = [RouteCondition(name: "v", test: .prefix("1"))]
        default: break
        }
        return pattern
    }

    private static func request(_ random: inout SeededGenerator) -> String {
        let method = ["GET", "HEAD", "POST", "DELETE", "PURGE"].randomElement(using: &random)!
        let host = ["x.test", "a.test", "b.a.test:8443", "c.b.a.test", "other"].randomElement(using: &random)!
        var path = ""
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            path += "/" + ["a", "b", "1", "22", "c-d", "x,y"].randomElement(using: &random)!
        }
        if path.isEmpty || Int.random(in: 0..<8, using: &random) == 0 { path += "/" }
        return "\(method) \(host)\(path)" + ["", "?v=1", "?v=2&v=1"].randomElement(using: &random)!
    }

    /// The request of a conflict's example, which may name no host and ends in its header fields.
    private static func head(_ example: String) throws -> RequestHead {
        let parts = example.split(separator: " with ", maxSplits: 1).map(String.init)
        var fields: [(String, String)] = []
        for field in parts.dropFirst().joined().split(separator: " and ") {
            let pair = field.dropFirst(7).split(separator: ": ", maxSplits: 1).map(String.init)
            fields.append((pair[0], pair[1]))
        }
        return try RouteFixture.head(parts[0], headers: fields)
    }
}

/// A generator whose numbers depend on the seed alone (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
