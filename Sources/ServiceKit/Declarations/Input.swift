/// What a route reads from a body or a query: one initialiser reads the fields, and says at the same time which there are.
///
/// ```
/// struct Draft: Input {
///     let name: String
///     init(_ form: inout Form) { name = form.text("name", 1...200) }
/// }
/// ```
///
/// To make the OpenAPI document the initialiser is run with a form that is empty and notes every field that it is asked for:
/// ask for the same fields whatever they hold.
public protocol Input: Sendable {
    /// Reads the fields. What is wrong is noted in the form; the value is used only when nothing is.
    init(_ form: inout Form)

    /// Whether a request may come without a body; `false` by default. It then reads as one without fields.
    static var isOptional: Bool { get }
}

extension Input {
    /// A body is needed.
    public static var isOptional: Bool { false }

    /// The fields that are read.
    static var properties: [Schema.Property] { description.properties }

    /// The schema of an object with these fields.
    static var schema: Schema {
        let description = description
        return .object(nil, description.properties, anyOf: description.alternatives)
    }

    private static var description: FormDescription {
        var form = Form(describing: FormDescription())
        _ = Self(&form)
        return form.description ?? FormDescription()
    }
}

/// No fields.
public struct NoInput: Input {
    /// Reads nothing.
    public init(_ form: inout Form) {}
}

/// Which fields a form was asked for.
struct FormDescription: Hashable, Sendable {
    private(set) var properties: [Schema.Property] = []
    var alternatives: [String] = []

    mutating func note(_ name: String, _ schema: Schema, isRequired: Bool) {
        guard !properties.contains(where: { $0.name == name }) else { return }
        properties.append(Schema.Property(name, schema, isRequired: isRequired))
    }
}
