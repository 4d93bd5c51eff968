/// The fields of a body, read one by one; what is wrong is collected, so that one answer names all of it.
///
/// ```
/// var form = try request.form()
/// let draft = (name: form.text("name", 1...200), price: form.money("price"))
/// try form.check()
/// ```
///
/// A field that is wrong reads as an empty value, which `check` keeps from being used.
public struct Form: Sendable {
    private var values: [String: JSON] = [:]
    /// What is wrong so far.
    public private(set) var errors: [Problem.FieldError] = []

    /// A form over the members of a JSON object.
    public init(_ members: [JSON.Member]) {
        for member in members { values[member.name] = member.value }
    }

    /// A form over the parameters of an HTML form or a query; of several values of one name the first counts.
    public init(_ parameters: Parameters) {
        for pair in parameters.pairs where values[pair.name] == nil { values[pair.name] = .string(pair.value) }
    }

    /// Ends the reading.
    ///
    /// - Throws: 400 with every field that was wrong.
    public func check() throws(Problem) {
        if !errors.isEmpty { throw .invalid(errors) }
    }

    /// Whether the field is there and not null.
    public func has(_ field: String) -> Bool {
        switch values[field] {
        case nil, .null?: false
        default: true
        }
    }

    /// Notes that a field is wrong; of several reasons the first is told.
    public mutating func refuse(_ field: String, _ detail: String) {
        if errors.contains(where: { $0.field == field }) { return }
        errors.append(Problem.FieldError(field, detail))
    }

    /// Text with spaces cut from both ends and then `length` characters.
    public mutating func text(_ field: String, _ length: ClosedRange<Int>) -> String {
        optionalText(field, length) ?? missing(field, "")
    }

    /// The same, or nil when the field is missing.
    public mutating func optionalText(_ field: String, _ length: ClosedRange<Int>) -> String? {
        guard let exact = optionalExactText(field) else { return nil }
        let text = exact.trimmed
        if text.contains(where: { $0.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x7f } }) {
            refuse(field, "must not contain control characters")
        } else if !length.contains(text.count) {
            refuse(
                field,
                text.isEmpty ? "must not be empty" : "must have \(length.lowerBound) to \(length.upperBound) characters"
            )
        }
        return text
    }

    /// Text as it is: for passwords and tokens.
    public mutating func exactText(_ field: String) -> String {
        optionalExactText(field) ?? missing(field, "")
    }

    /// The same, or nil when the field is missing.
    public mutating func optionalExactText(_ field: String) -> String? {
        switch values[field] {
        case nil, .null?: return nil
        case .string(let text)?: return text
        default:
            refuse(field, "must be a string")
            return ""
        }
    }

    /// A whole number, as a number or as its digits in a string.
    public mutating func integer(_ field: String, _ range: ClosedRange<Int64>) -> Int64 {
        optionalInteger(field, range) ?? missing(field, range.lowerBound)
    }

    /// The same, or nil when the field is missing.
    public mutating func optionalInteger(_ field: String, _ range: ClosedRange<Int64>) -> Int64? {
        guard has(field) else { return nil }
        guard let digits = digits(of: field), let number = Int64(digits), range.contains(number) else {
            refuse(field, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return range.lowerBound
        }
        return number
    }

    /// An amount of money, as a number or as its digits in a string.
    public mutating func money(_ field: String) -> Money {
        optionalMoney(field) ?? missing(field, Money(minorUnits: 0))
    }

    /// The same, or nil when the field is missing.
    public mutating func optionalMoney(_ field: String) -> Money? {
        guard has(field) else { return nil }
        guard let digits = digits(of: field), let money = Money(digits) else {
            refuse(field, "must be a decimal number from 0 to 9999999999.99 with at most two places")
            return Money(minorUnits: 0)
        }
        return money
    }

    private func digits(of field: String) -> String? {
        switch values[field] {
        case .number(let digits)?: digits
        case .string(let text)?: text.trimmed
        default: nil
        }
    }

    private mutating func missing<Value>(_ field: String, _ placeholder: Value) -> Value {
        refuse(field, "is required")
        return placeholder
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
