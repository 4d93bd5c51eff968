/// The text of a statement, which can only be made of literals in the source.
///
/// There is no way from a `String` at run time to an `SQL`, so nothing that a client sends can become part of a
/// statement: values are bound. Variants (a sort order, an optional filter) are literals joined with `+`.
public struct SQL: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The statement.
    public let text: String

    /// - Parameter text: a literal.
    public init(stringLiteral text: StaticString) {
        self.text = text.description
    }

    private init(joining left: SQL, _ right: SQL) {
        text = left.text + right.text
    }

    /// The two texts, one after the other.
    public static func + (left: SQL, right: SQL) -> SQL {
        SQL(joining: left, right)
    }
}
