internal import Bytes
internal import Telemetry

/// A JSON value to take apart and put together anew; members keep their order, numbers their spelling.
enum JSONTree: Equatable, Sendable {
    case null
    case boolean(Bool)
    /// As it is spelled.
    case number(String)
    case string(String)
    case array([JSONTree])
    case object([Member])

    struct Member: Equatable, Sendable {
        var name: String
        var value: JSONTree
    }

    /// Parses strict JSON (RFC 8259); nil for anything else.
    init?(parsing bytes: [UInt8]) {
        guard let document = try? JSONDocument(parsing: bytes) else { return nil }
        self.init(document.root)
    }

    private init(_ node: JSONNode) {
        self =
            switch node.kind {
            case .null: .null
            case .boolean(let value): .boolean(value)
            case .number(let spelling): .number(spelling)
            case .string(let text): .string(text)
            case .array(let nodes): .array(nodes.map { JSONTree($0) })
            case .object(let members): .object(members.map { Member(name: $0.key, value: JSONTree($0.value)) })
            }
    }

    // MARK: Reading

    /// The members of an object; none for anything else.
    var members: [Member] { if case .object(let members) = self { members } else { [] } }

    /// The elements of an array; none for anything else.
    var elements: [JSONTree] { if case .array(let elements) = self { elements } else { [] } }

    /// The text of a string.
    var text: String? { if case .string(let text) = self { text } else { nil } }

    /// A member of an object. Setting adds it at the end or replaces it, nil removes it.
    subscript(name: String) -> JSONTree? {
        get { members.first { $0.name == name }?.value }
        set {
            var members = members
            let index = members.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
            self = .object(members)
        }
    }

    /// The same with every string replaced by what `change` makes of it.
    func mappingStrings(_ change: (String) -> String) -> JSONTree {
        switch self {
        case .string(let text): .string(change(text))
        case .array(let elements): .array(elements.map { $0.mappingStrings(change) })
        case .object(let members):
            .object(members.map { Member(name: $0.name, value: $0.value.mappingStrings(change)) })
        case .null, .boolean, .number: self
        }
    }

    /// Looks at every string.
    func forEachString(_ body: (String) -> Void) {
        switch self {
        case .string(let text): body(text)
        case .array(let elements): for element in elements { element.forEachString(body) }
        case .object(let members): for member in members { member.value.forEachString(body) }
        case .null, .boolean, .number: break
        }
    }

    // MARK: Writing

    /// The value as text.
    var bytes: [UInt8] {
        var buffer = ByteBuffer()
        write(to: &buffer)
        return buffer.readable.array
    }

    private func write(to buffer: inout ByteBuffer) {
        switch self {
        case .null: buffer.append("null")
        case .boolean(let value): buffer.append(value ? "true" : "false")
        case .number(let spelling): buffer.append(string: spelling)
        case .string(let text): buffer.append(jsonString: text.utf8.span)
        case .array(let elements):
            buffer.append("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { buffer.append(",") }
                element.write(to: &buffer)
            }
            buffer.append("]")
        case .object(let members):
            buffer.append("{")
            for (index, member) in members.enumerated() {
                if index > 0 { buffer.append(",") }
                buffer.append(jsonString: member.name.utf8.span)
                buffer.append(":")
                member.value.write(to: &buffer)
            }
            buffer.append("}")
        }
    }
}

extension JSONTree: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByBooleanLiteral
{
    init(stringLiteral text: String) { self = .string(text) }
    init(booleanLiteral value: Bool) { self = .boolean(value) }
    init(arrayLiteral elements: JSONTree...) { self = .array(elements) }
    init(dictionaryLiteral members: (String, JSONTree)...) {
        self = .object(members.map { Member(name: $0.0, value: $0.1) })
    }
}
