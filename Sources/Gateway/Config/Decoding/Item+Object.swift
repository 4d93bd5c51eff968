/// An object whose keys are ours: unknown ones have been reported.
struct ObjectItem {
    let item: Item
    private let members: [JSONMember]

    fileprivate init(item: Item, members: [JSONMember]) {
        self.item = item
        self.members = members
    }

    /// The value of `key` if it is there.
    subscript(key: ConfigurationKey) -> Item? {
        guard let member = members.first(where: { $0.key == key.name }) else { return nil }
        return Item(node: member.value, path: .key(key.name, of: item.path), context: item.context)
    }

    /// Replaces `value` by what `read` makes of the key, when the key is there and makes sense.
    func read<Value>(_ key: ConfigurationKey, into value: inout Value, _ read: (Item) -> Value?) {
        if let found = self[key], let new = read(found) { value = new }
    }

    /// Replaces `value` by what `read` makes of the key and of the value so far.
    func update<Value>(_ key: ConfigurationKey, of value: inout Value, _ read: (Item) -> (Value) -> Value?) {
        if let found = self[key], let new = read(found)(value) { value = new }
    }
}

/// A key of the configuration, spelled as in the file.
struct ConfigurationKey: Hashable, ExpressibleByStringLiteral {
    let name: String

    init(stringLiteral name: StringLiteralType) {
        self.name = name
    }
}

extension Item {
    /// This object, after every key that is not among `keys` has been reported.
    func object(_ keys: [ConfigurationKey]) -> ObjectItem? {
        guard case .object(let members) = node.kind else {
            expected("an object")
            return nil
        }
        for member in members where !keys.contains(where: { $0.name == member.key }) {
            let place = JSONPath.key(member.key, of: path).description
            context.report(
                .error, at: member.keyOffset, path: place, "unknown key \"\(member.key)\"",
                suggestion: Spelling.suggestion(for: member.key, among: keys.map(\.name))
                    ?? "known keys: \(keys.map(\.name).sorted().joined(separator: ", "))")
        }
        return ObjectItem(item: self, members: members)
    }
}
