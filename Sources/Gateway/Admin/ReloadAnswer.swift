/// What `POST /reload` answered, as a client reads it.
public struct ReloadAnswer: Equatable, Sendable {
    /// What came of it.
    public enum Result: String, Sendable {
        /// A new configuration is in force.
        case reloaded
        /// The file says what is in force already.
        case unchanged
        /// Nothing has changed, because of the errors.
        case refused
        /// It would be put in force.
        case valid
    }

    /// What came of it.
    public let result: Result
    /// The configuration in force, counted from the start.
    public let generation: Int
    /// What was or would be changed, for people.
    public let changes: [String]
    /// Why nothing has changed.
    public let errors: [String]
    /// What is doubtful.
    public let warnings: [String]

    /// Reads the body of an answer; nil when it is none.
    public init?(_ body: [UInt8]) {
        guard let root = (try? JSONDocument(parsing: body))?.root,
            case .string(let word) = root["result"]?.kind, let result = Result(rawValue: word),
            case .number(let number) = root["generation"]?.kind, let generation = Int(number)
        else { return nil }
        self.result = result
        self.generation = generation
        changes = root.strings("changes")
        errors = root.strings("errors")
        warnings = root.strings("warnings")
    }
}

extension JSONNode {
    fileprivate func strings(_ key: String) -> [String] {
        guard case .array(let nodes) = self[key]?.kind else { return [] }
        return nodes.compactMap { node in
            if case .string(let text) = node.kind { text } else { nil }
        }
    }
}
