/// One value of a JSON text, and where in the text it begins.
struct JSONNode: Sendable {
    /// What the value is.
    enum Kind: Sendable {
        case null
        case boolean(Bool)
        /// The number as it is spelled.
        case number(String)
        case string(String)
        case array([JSONNode])
        case object([JSONMember])
    }

    let kind: Kind
    /// Offset of the value's first byte.
    let offset: Int

    /// The kind in the words of an error message.
    var kindName: String {
        switch kind {
        case .null: "null"
        case .boolean: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The value of `key` when this is an object that has it.
    subscript(key: String) -> JSONNode? {
        guard case .object(let members) = kind else { return nil }
        return members.first { $0.key == key }?.value
    }
}

/// One key of an object with its value.
struct JSONMember: Sendable {
    let key: String
    /// Offset of the key's opening quote.
    let keyOffset: Int
    let value: JSONNode
}
