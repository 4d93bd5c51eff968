import Testing

@testable import Gateway

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct ConfigurationSchemaTests {
    private static func load() throws -> JSONNode {
        var folder = URL(filePath: #filePath)
        for _ in 0..<4 { folder.deleteLastPathComponent() }
        let data = try Data(contentsOf: folder.appending(path: "docs/routes.schema.json"))
        return try JSONDocument(parsing: Array(data)).root
    }

    /// The keys of the objects that a schema describes, directly or as one of several forms.
    private static func objects(_ schema: JSONNode) -> [[String]] {
        if case .object(let members)? = schema["properties"]?.kind { return [members.map(\.key).sorted()] }
        if case .array(let forms)? = schema["anyOf"]?.kind { return forms.flatMap(objects) }
        return []
    }

    @Test(arguments: [
        ("listen", Keys.listen), ("listenTLS", Keys.listenTLS), ("certificate", Keys.certificate), ("log", Keys.log),
        ("openapi", Keys.openAPI),
        ("admin", Keys.admin), ("tokenProfile", Keys.tokenProfile), ("revocations", Keys.revocations),
        ("limits", Keys.limits),
        ("timeouts", Keys.timeouts), ("defaults", Keys.defaults), ("service", Keys.service), ("run", Keys.run),
        ("target", Keys.target), ("upstreamTLS", Keys.upstreamTLS), ("health", Keys.health),
        ("breaker", Keys.breaker), ("ejection", Keys.ejection), ("retryBudget", Keys.retryBudget),
        ("route", Keys.route), ("match", Keys.match), ("auth", Keys.auth), ("timeout", Keys.timeout),
        ("retries", Keys.retries), ("cors", Keys.cors), ("headers", Keys.headers), ("headerEdits", Keys.headerEdits),
        ("respond", Keys.respond), ("test", Keys.test),
    ])
    func `The schema and the parser know the same keys`(definition: String, keys: [ConfigurationKey]) throws {
        let schema = try #require(try Self.load()["$defs"]?[definition])
        #expect(Self.objects(schema) == [keys.map(\.name).sorted()])
    }

    @Test func `The schema and the parser know the same sections`() throws {
        #expect(Self.objects(try Self.load()) == [Keys.root.map(\.name).sorted()])
    }

    @Test func `Every reference of the schema is defined`() throws {
        let root = try Self.load()
        guard case .object(let definitions)? = root["$defs"]?.kind else {
            Issue.record("no definitions")
            return
        }
        let names = Set(definitions.map { "#/$defs/\($0.key)" })
        func check(_ node: JSONNode) {
            switch node.kind {
            case .object(let members):
                for member in members {
                    if member.key == "$ref", case .string(let name) = member.value.kind {
                        #expect(names.contains(name))
                    }
                    check(member.value)
                }
            case .array(let elements): elements.forEach(check)
            default: break
            }
        }
        check(root)
    }
}
