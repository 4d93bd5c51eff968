/// A value of the document on its way into the model: it knows its place, and reports what does not fit.
///
/// Every reading method answers nil after it has reported why, so that callers go on and find all mistakes at once.
struct Item {
    let node: JSONNode
    let path: JSONPath
    let context: LoadContext

    /// Reports an error here.
    func error(_ message: String, suggestion: String? = nil) {
        context.report(.error, at: node.offset, path: path.description, message, suggestion: suggestion)
    }

    /// Reports a warning here.
    func warning(_ message: String, suggestion: String? = nil) {
        context.report(.warning, at: node.offset, path: path.description, message, suggestion: suggestion)
    }

    func expected(_ what: String, suggestion: String? = nil) {
        error("expected \(what), found \(node.kindName)", suggestion: suggestion)
    }

    /// The text of a string, with `${NAME}` replaced by the variable.
    func string() -> String? {
        text()?.value
    }

    /// A string of at least one character.
    func nonEmptyString() -> String? {
        guard let value = string() else { return nil }
        if value.isEmpty { error("must not be empty") }
        return value.isEmpty ? nil : value
    }

    func boolean() -> Bool? {
        guard case .boolean(let value) = node.kind else {
            expected("true or false")
            return nil
        }
        return value
    }

    func integer(in range: ClosedRange<Int>) -> Int? {
        guard case .number(let spelling) = node.kind else {
            expected("a whole number")
            return nil
        }
        guard let value = Int(spelling) else {
            error("\(spelling) is not a whole number")
            return nil
        }
        guard range.contains(value) else {
            let limits =
                range.upperBound == .max
                ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            error("\(value) is out of range: must be \(limits)")
            return nil
        }
        return value
    }

    func fraction(in range: ClosedRange<Double>) -> Double? {
        guard case .number(let spelling) = node.kind, let value = Double(spelling) else {
            expected("a number")
            return nil
        }
        guard range.contains(value) else {
            error("\(spelling) is out of range: must be from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    /// One of a closed set of words.
    func choice<Value>(_ what: String, _ words: KeyValuePairs<String, Value>) -> Value? {
        guard let word = string() else { return nil }
        if let found = words.first(where: { $0.key == word }) { return found.value }
        let names = words.map(\.key)
        error(
            "unknown \(what) \"\(word)\"",
            suggestion: Spelling.suggestion(for: word, among: names)
                ?? "one of \(names.map { "\"\($0)\"" }.joined(separator: ", "))")
        return nil
    }

    /// The elements of an array.
    func elements() -> [Item]? {
        guard case .array(let nodes) = node.kind else {
            expected("an array")
            return nil
        }
        return nodes.enumerated().map { Item(node: $1, path: .index($0, of: path), context: context) }
    }

    /// The elements of an array, or the value itself as the only one.
    func oneOrMore() -> [Item] {
        guard case .array = node.kind else { return [self] }
        return elements() ?? []
    }

    /// A string or an array of strings.
    func strings() -> [String] {
        oneOrMore().compactMap { $0.nonEmptyString() }
    }

    /// The members of an object whose keys are names of the user's.
    func entries() -> [Entry]? {
        guard case .object(let members) = node.kind else {
            expected("an object")
            return nil
        }
        return members.map { member in
            Entry(
                key: member.key, keyOffset: member.keyOffset,
                item: Item(node: member.value, path: .key(member.key, of: path), context: context))
        }
    }
}

/// A member of an object whose keys are names of the user's.
struct Entry {
    let key: String
    let keyOffset: Int
    let item: Item

    /// Reports an error at the key.
    func keyError(_ message: String, suggestion: String? = nil) {
        item.context.report(.error, at: keyOffset, path: item.path.description, message, suggestion: suggestion)
    }
}
