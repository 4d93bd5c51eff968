/// What a route answers with: a value that has a JSON text, and a type that has that text's schema.
public protocol Output: Sendable {
    /// The shape of all values.
    static var schema: Schema { get }
    /// This value.
    var json: JSON { get }
}

/// An object that a service answers with. Its members are declared once: what is written and what the OpenAPI document says
/// come from the same list.
///
/// ```
/// extension Review: Resource {
///     static let shape = Shape<Review>("Review", [.integer("id") { $0.id }, .text("text") { $0.text }])
/// }
/// ```
public protocol Resource: Output {
    /// Its members.
    static var shape: Shape<Self> { get }
}

extension Resource {
    /// The schema that its members have.
    public static var schema: Schema { shape.schema }
    /// Its members with their values.
    public var json: JSON { Self.shape.json(of: self) }
}

/// No content.
public struct Nothing: Output {
    /// Anything: there is no text that it would describe.
    public static var schema: Schema { .anything }
    /// Null, which nobody sees.
    public var json: JSON { .null }
    /// Nothing.
    public init() {}
}

/// That something was done.
public struct Done: Resource {
    /// What it was done to.
    public let id: Int64
    /// What was done, for people.
    public let message: String

    /// - Parameters:
    ///   - id: what it was done to.
    ///   - message: what was done.
    public init(_ id: Int64, _ message: String) {
        self.id = id
        self.message = message
    }

    /// Its members.
    public static let shape = Shape<Done>("Done", [.integer("id") { $0.id }, .text("message") { $0.message }])
}

/// A page of a list.
public struct Listing<Element: Output>: Output {
    /// What is on the page.
    public let elements: [Element]

    /// - Parameter elements: what is on the page.
    public init(_ elements: [Element]) { self.elements = elements }

    /// An array.
    public static var schema: Schema { .list(of: Element.schema) }
    /// The elements.
    public var json: JSON { .array(elements.map(\.json)) }
}
