/// The value of a log line's field. Literals and interpolated strings work as they are.
public enum LogValue: Sendable, Equatable {
    /// Text.
    case string(String)
    /// A whole number.
    case integer(Int)
    /// A number with a fraction.
    case number(Double)
    /// True or false.
    case boolean(Bool)
    /// Several values.
    case list([LogValue])

    /// Text of anything that describes itself; a `Secret` stays redacted.
    public init(_ value: some CustomStringConvertible) { self = .string(value.description) }

    /// A duration in milliseconds.
    public init(milliseconds duration: Duration) { self = .number(duration / .milliseconds(1)) }
}

extension LogValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
    /// Text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// A number with a fraction.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// Several values.
    public init(arrayLiteral elements: LogValue...) { self = .list(elements) }
}
