/// The components of several documents under one roof: what two documents mean differently by one name is called by the
/// document too.
struct OpenAPIComponents {
    /// What a `$ref` names: `#/components/SECTION/NAME`.
    struct Reference: Hashable {
        let section: String
        let name: String

        init(section: String, name: String) {
            self.section = section
            self.name = name
        }

        init?(_ text: String) {
            guard text.hasPrefix(Self.prefix) else { return nil }
            let parts = text.dropFirst(Self.prefix.count).split(separator: "/", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            self.init(section: String(parts[0]), name: String(parts[1]))
        }

        var text: String { "\(Self.prefix)\(section)/\(name)" }

        private static let prefix = "#/components/"
    }

    /// A document's name and its components.
    private let documents: [(name: String, components: [Reference: JSONTree])]
    /// What more than one document has, and not all the same.
    private let contested: Set<Reference>

    /// - Parameter documents: with names that differ.
    init(_ documents: [(name: String, document: JSONTree)]) {
        self.documents = documents.map { ($0.name, Self.components(of: $0.document)) }
        contested = Self.contested(self.documents.map(\.components))
    }

    private static func components(of document: JSONTree) -> [Reference: JSONTree] {
        var found: [Reference: JSONTree] = [:]
        // How clients are authenticated is the gateway's affair.
        for section in document["components"]?.members ?? [] where section.name != "securitySchemes" {
            for member in section.value.members {
                found[Reference(section: section.name, name: member.name)] = member.value
            }
        }
        return found
    }

    /// Names with several meanings, and those that are equal only as long as one does not look at what they refer to.
    private static func contested(_ documents: [[Reference: JSONTree]]) -> Set<Reference> {
        var meanings: [Reference: [JSONTree]] = [:]
        for document in documents {
            for (reference, component) in document { meanings[reference, default: []].append(component) }
        }
        let shared = meanings.filter { $0.value.count > 1 }
        var contested = Set(shared.filter { entry in entry.value.contains { $0 != entry.value[0] } }.keys)
        while true {
            let more = shared.filter { entry in
                !contested.contains(entry.key) && !references(in: entry.value[0]).isDisjoint(with: contested)
            }
            if more.isEmpty { return contested }
            contested.formUnion(more.keys)
        }
    }

    private static func references(in tree: JSONTree) -> Set<Reference> {
        var found: Set<Reference> = []
        tree.forEachString { text in if let reference = Reference(text) { found.insert(reference) } }
        return found
    }

    /// A part of a document with its references as they are under the common roof.
    func renamed(_ tree: JSONTree, from document: String) -> JSONTree {
        tree.mappingStrings { text in
            guard let reference = Reference(text) else { return text }
            return renamed(reference, from: document).text
        }
    }

    private func renamed(_ reference: Reference, from document: String) -> Reference {
        guard contested.contains(reference) else { return reference }
        return Reference(section: reference.section, name: "\(document)_\(reference.name)")
    }

    /// Everything that `tree` refers to, directly or not, as the value of `components`.
    func used(by tree: JSONTree) -> JSONTree {
        var all: [Reference: JSONTree] = [:]
        for (name, components) in documents {
            for (reference, component) in components {
                all[renamed(reference, from: name)] = renamed(component, from: name)
            }
        }
        var used: Set<Reference> = []
        var open = Self.references(in: tree)
        while let next = open.popFirst() {
            guard let component = all[next], used.insert(next).inserted else { continue }
            open.formUnion(Self.references(in: component).subtracting(used))
        }
        var sections: [String: [JSONTree.Member]] = [:]
        for reference in used {
            sections[reference.section, default: []].append(.init(name: reference.name, value: all[reference] ?? .null))
        }
        return .object(
            sections.sorted { $0.key < $1.key }.map { section in
                .init(name: section.key, value: .object(section.value.sorted { $0.name < $1.name }))
            })
    }
}
