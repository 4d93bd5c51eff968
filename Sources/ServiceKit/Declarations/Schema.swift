/// The shape of a JSON value, in the words of JSON Schema 2020-12, which OpenAPI 3.1 uses.
public struct Schema: Hashable, Sendable {
    /// The schema itself.
    let json: JSON
    /// The schemas that it refers to, by name.
    let definitions: [String: JSON]

    private init(_ json: JSON, definitions: [String: JSON] = [:]) {
        self.json = json
        self.definitions = definitions
    }

    private init(type: String, _ members: [JSON.Member] = []) {
        self.init(.object([.init("type", .string(type))] + members))
    }

    /// Text.
    ///
    /// - Parameters:
    ///   - length: how many characters it has.
    ///   - format: what it is, such as `date-time`.
    ///   - choices: the only values that it has.
    public static func text(
        _ length: ClosedRange<Int>? = nil, format: String? = nil, choices: [String] = []
    ) -> Schema {
        var members: [JSON.Member] = []
        if let length {
            if length.lowerBound > 0 { members.append(.init("minLength", .integer(length.lowerBound))) }
            members.append(.init("maxLength", .integer(length.upperBound)))
        }
        if let format { members.append(.init("format", .string(format))) }
        if !choices.isEmpty { members.append(.init("enum", .array(choices.map { .string($0) }))) }
        return Schema(type: "string", members)
    }

    /// A whole number.
    public static func integer(_ range: ClosedRange<Int64>? = nil) -> Schema {
        guard let range else { return Schema(type: "integer") }
        return Schema(
            type: "integer",
            [.init("minimum", .integer(range.lowerBound)), .init("maximum", .integer(range.upperBound))])
    }

    /// An amount of money with at most two places.
    public static let money = Schema(
        type: "number",
        [.init("minimum", 0), .init("maximum", .number("9999999999.99"))])

    /// A decimal number.
    public static let number = Schema(type: "number")

    /// `true` or `false`.
    public static let boolean = Schema(type: "boolean")

    /// Any value.
    public static let anything = Schema(.object([]))

    /// An array.
    public static func list(of element: Schema, _ count: ClosedRange<Int>? = nil) -> Schema {
        var members = [JSON.Member("type", "array"), .init("items", element.json)]
        if let count {
            members.append(.init("minItems", .integer(count.lowerBound)))
            members.append(.init("maxItems", .integer(count.upperBound)))
        }
        return Schema(.object(members), definitions: element.definitions)
    }

    /// One of the members of an object.
    public struct Property: Hashable, Sendable {
        let name: String
        let schema: Schema
        let isRequired: Bool

        /// - Parameters:
        ///   - name: its name.
        ///   - schema: its shape.
        ///   - isRequired: whether it is always there.
        public init(_ name: String, _ schema: Schema, isRequired: Bool = true) {
            self.name = name
            self.schema = schema
            self.isRequired = isRequired
        }
    }

    /// An object.
    ///
    /// - Parameters:
    ///   - name: the name under which others refer to it; nil for one that stands where it is used.
    ///   - properties: its members.
    ///   - alternatives: members of which at least one must be there.
    public static func object(_ name: String?, _ properties: [Property], anyOf alternatives: [String] = []) -> Schema {
        var members = [
            JSON.Member("type", "object"),
            .init("properties", .object(properties.map { .init($0.name, $0.schema.json) })),
        ]
        let required = properties.filter(\.isRequired)
        if !required.isEmpty { members.append(.init("required", .array(required.map { .string($0.name) }))) }
        if !alternatives.isEmpty {
            members.append(.init("anyOf", .array(alternatives.map { ["required": [.string($0)]] })))
        }
        var definitions: [String: JSON] = [:]
        for property in properties { definitions.merge(property.schema.definitions) { first, _ in first } }
        guard let name else { return Schema(.object(members), definitions: definitions) }
        definitions[name] = .object(members)
        return Schema(["$ref": .string("#/components/schemas/" + name)], definitions: definitions)
    }

    /// The same, or `null`.
    public var orNull: Schema {
        guard case .object(var members) = json, case .string(let type)? = json["type"] else {
            return Schema(["anyOf": [json, ["type": "null"]]], definitions: definitions)
        }
        members.removeAll { $0.name == "type" }
        members.insert(.init("type", [.string(type), "null"]), at: 0)
        if case .array(let choices)? = json["enum"] {
            members.removeAll { $0.name == "enum" }
            members.append(.init("enum", .array(choices + [.null])))
        }
        return Schema(.object(members), definitions: definitions)
    }

    /// The same, also as text with the same digits: HTML forms and some clients send numbers so.
    var orText: Schema { Schema(["anyOf": [json, ["type": "string"]]], definitions: definitions) }
}
