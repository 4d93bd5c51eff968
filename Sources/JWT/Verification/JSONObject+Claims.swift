import Bytes

/// The claims that say what a token grants.
extension JSONObject {
    /// The words of a claim that is a string of words (RFC 8693 section 4.2) or an array of strings.
    mutating func words(_ name: StaticString) -> [Range<Int>] {
        guard let value = value(name) else { return [] }
        guard value.kind == .string else { return strings(in: value) ?? [] }
        var words: [Range<Int>] = []
        var start = value.range.lowerBound
        for index in value.range where storage[index] == UInt8(ascii: " ") {
            if start < index { words.append(start..<index) }
            start = index + 1
        }
        if start < value.range.upperBound { words.append(start..<value.range.upperBound) }
        return words
    }

    /// The names of a claim that is one string or an array of strings.
    mutating func names(_ name: StaticString) -> [Range<Int>] {
        guard let value = value(name) else { return [] }
        return value.kind == .string ? [value.range] : strings(in: value) ?? []
    }

    /// For each member, where its value is in the form of a header field; nil for those that have none.
    mutating func makeFieldValues() -> [Range<Int>?] {
        var values: [Range<Int>?] = []
        values.reserveCapacity(members.count)
        for member in members {
            switch member.value.kind {
            case .number, .boolean: values.append(member.value.range)
            case .string: values.append(isFieldValue(member.value.range) ? member.value.range : nil)
            case .array: values.append(joined(member.value))
            case .null, .object: values.append(nil)
            }
        }
        return values
    }

    private mutating func joined(_ array: JSONValue) -> Range<Int>? {
        guard let elements = strings(in: array) else { return nil }
        var list: [UInt8] = []
        for (index, element) in elements.enumerated() {
            // A comma of its own would make one element pass for two.
            guard isFieldValue(element), !storage[element].contains(UInt8(ascii: ",")) else { return nil }
            if index > 0 { list.append(UInt8(ascii: ",")) }
            list += storage[element]
        }
        return append(list)
    }

    /// Whether the bytes survive a header field unchanged (RFC 9110 section 5.5): nothing that ends the field, and no
    /// spaces that recipients strip, or `" admin"` would become `"admin"`.
    private func isFieldValue(_ range: Range<Int>) -> Bool {
        guard let first = storage[range].first, let last = storage[range].last else { return true }
        guard first != 0x20, last != 0x20 else { return false }
        for index in range where storage[index] < 0x20 || storage[index] == 0x7F { return false }
        return true
    }
}
