/// A value bound to a statement: one of SQLite's five storage classes.
public enum Value: Hashable, Sendable {
    /// NULL.
    case null
    /// A signed 64-bit number.
    case integer(Int64)
    /// A double.
    case real(Double)
    /// Text in UTF-8.
    case text(String)
    /// Bytes.
    case blob([UInt8])

    /// The text, or NULL for nil.
    public static func text(_ text: String?) -> Value {
        text.map { .text($0) } ?? .null
    }

    /// The number, or NULL for nil.
    public static func integer(_ number: Int64?) -> Value {
        number.map { .integer($0) } ?? .null
    }
}
