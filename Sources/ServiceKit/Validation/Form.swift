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
    /// Which fields it is asked for, while it is filled in only to learn that.
    private(set) var description: FormDescription?

    /// A form over the members of a JSON object.
    public init(_ members: [JSON.Member]) {
        for member in members { values[member.name] = member.value }
    }

    /// A form over the parameters of an HTML form or a query; of several values of one name the first counts.
    public init(_ parameters: Parameters) {
        for pair in parameters.pairs where values[pair.name] == nil { values[pair.name] = .string(pair.value) }
    }

    /// A form without values that notes which fields it is asked for.
    init(describing description: FormDescription) {
        self.description = description
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

    /// Refuses every field, also those that nobody asks for, in which a text or a number is forbidden, however deep.
    public mutating func refuse(_ detail: String, whereAnyText isForbidden: (String) -> Bool) {
        func isBad(_ value: JSON) -> Bool {
            switch value {
            case .null, .boolean: false
            case .number(let text), .string(let text): isForbidden(text)
            case .array(let elements): elements.contains(where: isBad)
            case .object(let members): members.contains { isForbidden($0.name) || isBad($0.value) }
            }
        }
        for (field, value) in values.sorted(by: { $0.key < $1.key }) {
            // What is forbidden is not said again, not even as the name of a field.
            if isForbidden(field) { refuse("*", detail) } else if isBad(value) { refuse(field, detail) }
        }
    }

    /// Text with spaces cut from both ends and then `length` characters.
    public mutating func text(_ field: String, _ length: ClosedRange<Int>) -> String {
        description?.note(field, .text(length), isRequired: true)
        return optionalText(field, length) ?? missing(field, "")
    }

    /// The same, or nil when the field is missing.
    public mutating func optionalText(_ field: String, _ length: ClosedRange<Int>) -> String? {
        description?.note(field, .text(length), isRequired: false)
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
        description?.note(field, .text(), isRequired: true)
        return optionalExactText(field) ?? missing(field, "")
    }

    /// The same, or nil when the field is missing.
    public mutating func optionalExactText(_ field: String) -> String? {
        description?.note(field, .text(), isRequired: false)
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
        description?.note(field, Schema.integer(range).orText, isRequired: true)
        return optionalInteger(field, range) ?? missing(field, range.lowerBound)
    }

    /// The same, or nil when the field is missing.
    public mutating func optionalInteger(_ field: String, _ range: ClosedRange<Int64>) -> Int64? {
        description?.note(field, Schema.integer(range).orText, isRequired: false)
        guard has(field) else { return nil }
        guard let digits = digits(of: field), let number = Int64(digits), range.contains(number) else {
            refuse(field, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return range.lowerBound
        }
        return number
    }

    /// Whole numbers with commas between them, as a query writes them.
    public mutating func integers(_ field: String, _ count: ClosedRange<Int>) -> [Int64] {
        description?.note(field, .text(), isRequired: true)
        return optionalIntegers(field, count) ?? missing(field, [])
    }

    /// The same, or nil when the field is missing.
    public mutating func optionalIntegers(_ field: String, _ count: ClosedRange<Int>) -> [Int64]? {
        description?.note(field, .text(), isRequired: false)
        guard let text = optionalExactText(field) else { return nil }
        let numbers = text.split(separator: ",").map { Int64($0) }
        guard count.contains(numbers.count), !numbers.contains(nil) else {
            refuse(field, "must be \(count.lowerBound) to \(count.upperBound) whole numbers with commas between them")
            return []
        }
        return numbers.compactMap(\.self)
    }

    /// An amount of money, as a number or as its digits in a string.
    public mutating func money(_ field: String) -> Money {
        description?.note(field, Schema.money.orText, isRequired: true)
        return optionalMoney(field) ?? missing(field, Money(minorUnits: 0))
    }

    /// The same, or nil when the field is missing.
    public mutating func optionalMoney(_ field: String) -> Money? {
        description?.note(field, Schema.money.orText, isRequired: false)
        guard has(field) else { return nil }
        guard let digits = digits(of: field), let money = Money(digits) else {
            refuse(field, "must be a decimal number from 0 to 9999999999.99 with at most two places")
            return Money(minorUnits: 0)
        }
        return money
    }

    /// One of a few words.
    public mutating func choice<Choice: RawRepresentable & CaseIterable>(_ field: String, _ type: Choice.Type) -> Choice
    where Choice.RawValue == String {
        description?.note(field, .text(choices: Choice.allCases.map(\.rawValue)), isRequired: true)
        return optionalChoice(field, type) ?? missing(field, Choice.allCases.first!)
    }

    /// The same, or nil when the field is missing.
    public mutating func optionalChoice<Choice: RawRepresentable & CaseIterable>(
        _ field: String, _ type: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        description?.note(field, .text(choices: words), isRequired: false)
        guard let text = optionalExactText(field) else { return nil }
        guard let choice = Choice(rawValue: text) ?? Choice(rawValue: text.lowercased()) else {
            refuse(field, "must be one of \(words.joined(separator: ", "))")
            return Choice.allCases.first!
        }
        return choice
    }

    /// `true` or `false`, or nil when the field is missing.
    public mutating func optionalBoolean(_ field: String) -> Bool? {
        description?.note(field, .boolean, isRequired: false)
        guard has(field) else { return nil }
        switch values[field] {
        case .boolean(let value)?: return value
        case .string("true")?: return true
        case .string("false")?: return false
        default:
            refuse(field, "must be true or false")
            return false
        }
    }

    /// A list of objects. What is wrong in one is named by its place: `items[2].quantity`.
    public mutating func list<Element: Input>(
        _ field: String, _ count: ClosedRange<Int>, of type: Element.Type
    ) -> [Element] {
        description?.note(field, .list(of: Element.schema, count), isRequired: true)
        return optionalList(field, count, of: type) ?? missing(field, [])
    }

    /// The same, or nil when the field is missing.
    public mutating func optionalList<Element: Input>(
        _ field: String, _ count: ClosedRange<Int>, of type: Element.Type
    ) -> [Element]? {
        description?.note(field, .list(of: Element.schema, count), isRequired: false)
        guard has(field) else { return nil }
        guard case .array(let values)? = values[field], count.contains(values.count) else {
            refuse(field, "must be a list of \(count.lowerBound) to \(count.upperBound) objects")
            return []
        }
        var elements: [Element] = []
        for (index, value) in values.enumerated() {
            guard case .object(let members) = value else {
                refuse("\(field)[\(index)]", "must be an object")
                continue
            }
            var form = Form(members)
            elements.append(Element(&form))
            for error in form.errors { refuse("\(field)[\(index)].\(error.field)", error.detail) }
        }
        return elements
    }

    /// Any JSON value, or null.
    public mutating func value(_ field: String) -> JSON {
        description?.note(field, .anything, isRequired: true)
        return values[field] ?? missing(field, .null)
    }

    /// Refuses a form that has none of some optional fields.
    public mutating func requireAny(of fields: [String]) {
        description?.alternatives = fields
        guard description == nil, !fields.contains(where: has), let first = fields.first else { return }
        refuse(first, "give at least one of \(fields.joined(separator: ", "))")
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
