import Telemetry

/// The members of an object that a service answers with: their names, their schemas and where their values are.
public struct Shape<Value>: Sendable {
    /// One member.
    public struct Member: Sendable {
        let property: Schema.Property
        let read: @Sendable (Value) -> JSON

        /// - Parameters:
        ///   - name: its name.
        ///   - schema: the shape of its value.
        ///   - read: its value.
        public init(_ name: String, _ schema: Schema, _ read: @escaping @Sendable (Value) -> JSON) {
            property = Schema.Property(name, schema)
            self.read = read
        }
    }

    /// The name of the object in the OpenAPI document.
    public let name: String
    private let members: [Member]

    /// - Parameters:
    ///   - name: the object's name in the OpenAPI document.
    ///   - members: the members, in the order in which they are written.
    public init(_ name: String, _ members: [Member]) {
        self.name = name
        self.members = members
    }

    /// The object's schema.
    public var schema: Schema { .object(name, members.map(\.property)) }

    /// The object.
    public func json(of value: Value) -> JSON {
        .object(members.map { JSON.Member($0.property.name, $0.read(value)) })
    }
}

extension Shape.Member {
    /// A whole number.
    public static func integer(
        _ name: String, _ range: ClosedRange<Int64>? = nil, _ value: @escaping @Sendable (Value) -> Int64
    ) -> Self {
        Self(name, .integer(range)) { .integer(value($0)) }
    }

    /// A whole number, or null.
    public static func optionalInteger(_ name: String, _ value: @escaping @Sendable (Value) -> Int64?) -> Self {
        Self(name, Schema.integer().orNull) { value($0).map { .integer($0) } ?? .null }
    }

    /// Text.
    public static func text(
        _ name: String, choices: [String] = [], _ value: @escaping @Sendable (Value) -> String
    ) -> Self {
        Self(name, .text(choices: choices)) { .string(value($0)) }
    }

    /// Text, or null.
    public static func optionalText(_ name: String, _ value: @escaping @Sendable (Value) -> String?) -> Self {
        Self(name, Schema.text().orNull) { .string(value($0)) }
    }

    /// A list of texts.
    public static func texts(_ name: String, _ value: @escaping @Sendable (Value) -> [String]) -> Self {
        Self(name, .list(of: .text())) { .array(value($0).map { .string($0) }) }
    }

    /// An amount of money.
    public static func money(_ name: String, _ value: @escaping @Sendable (Value) -> Money) -> Self {
        Self(name, .money) { value($0).json }
    }

    /// `true` or `false`.
    public static func boolean(_ name: String, _ value: @escaping @Sendable (Value) -> Bool) -> Self {
        Self(name, .boolean) { .boolean(value($0)) }
    }

    /// A moment, from its seconds since 1970, as RFC 3339 writes it.
    public static func time(_ name: String, _ seconds: @escaping @Sendable (Value) -> Int64) -> Self {
        Self(name, .text(format: "date-time")) {
            .string(WallClock.timestamp(unixMilliseconds: seconds($0) * 1000))
        }
    }

    /// Another object.
    public static func object<Part: Output>(_ name: String, _ value: @escaping @Sendable (Value) -> Part) -> Self {
        Self(name, Part.schema) { value($0).json }
    }

    /// Another object, or null.
    public static func optionalObject<Part: Output>(
        _ name: String, _ value: @escaping @Sendable (Value) -> Part?
    ) -> Self {
        Self(name, Part.schema.orNull) { value($0)?.json ?? .null }
    }

    /// A list of objects.
    public static func list<Part: Output>(_ name: String, _ value: @escaping @Sendable (Value) -> [Part]) -> Self {
        Self(name, .list(of: Part.schema)) { .array(value($0).map(\.json)) }
    }
}
