/// What each of our modules may import, read from the text of `Package.swift`.
struct LayerTable {
    /// The rows of `layers`, lowest first.
    let rows: [(name: String, imports: [String])]
    /// The system-library targets.
    let systemLibraries: Set<String>
    /// The executables and what they may import.
    let executables: [String: [String]]

    init(manifest: String) {
        rows = Self.section(of: manifest, from: "let layers", to: "\n]").matches(of: /\(\s*"(\w+)",\s*\[([^\]]*)\]/)
            .map { (String($0.1), Self.names(in: $0.2)) }
        systemLibraries = Set(
            Self.section(of: manifest, from: "let systemLibraries", to: "\n]")
                .matches(of: /systemLibrary\(name: "(\w+)"/).map { String($0.1) })
        let targets = Self.section(of: manifest, from: "let executables", to: "\n]")
            .matches(of: /executableTarget\(\s*name: "(\w+)",\s*dependencies: \[([^\]]*)\]/)
        executables = Dictionary(uniqueKeysWithValues: targets.map { (String($0.1), Self.names(in: $0.2)) })
    }

    /// Every module of ours: importing one of these needs a row that allows it.
    var modules: Set<String> {
        systemLibraries.union(rows.map(\.name)).union(executables.keys)
    }

    func imports(allowedFor module: String) -> Set<String>? {
        (rows.first { $0.name == module }?.imports ?? executables[module]).map(Set.init)
    }

    private static func section(of text: String, from start: String, to end: String) -> Substring {
        guard let start = text.firstRange(of: start) else { return "" }
        let rest = text[start.lowerBound...]
        return rest.firstRange(of: end).map { rest[..<$0.lowerBound] } ?? rest
    }

    private static func names(in list: Substring) -> [String] {
        list.matches(of: /"(\w+)"/).map { String($0.1) }
    }
}
