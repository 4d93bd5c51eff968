/// An argument that starts with dashes: `--name`, `--name value`, `--name=value`, or a short form such as `-n value`.
public struct Option: Sendable {
    /// What the option takes.
    enum Kind: Sendable, Equatable {
        case flag
        case text
        case integer(ClosedRange<Int>)
        case choice([String])
    }

    /// The name without dashes.
    public let name: String
    let short: Character?
    let kind: Kind
    let placeholder: String
    let help: String
    let defaultValue: String?
    let isRequired: Bool
    let isRepeatable: Bool

    /// An option without a value.
    public static func flag(_ name: String, short: Character? = nil, _ help: String) -> Option {
        Option(name: name, short: short, kind: .flag, placeholder: "", help: help)
    }

    /// An option with any text as its value.
    public static func value(
        _ name: String, short: Character? = nil, _ placeholder: String, _ help: String, default: String? = nil,
        isRequired: Bool = false
    ) -> Option {
        Option(
            name: name, short: short, kind: .text, placeholder: placeholder, help: help, defaultValue: `default`,
            isRequired: isRequired)
    }

    /// An option with any text as its value that may be given several times.
    public static func list(
        _ name: String, short: Character? = nil, _ placeholder: String, _ help: String
    ) -> Option {
        Option(name: name, short: short, kind: .text, placeholder: placeholder, help: help, isRepeatable: true)
    }

    /// An option with a whole number as its value.
    public static func integer(
        _ name: String, short: Character? = nil, _ placeholder: String, _ help: String, default: Int? = nil,
        in range: ClosedRange<Int>
    ) -> Option {
        Option(
            name: name, short: short, kind: .integer(range), placeholder: placeholder, help: help,
            defaultValue: `default`.map(String.init))
    }

    /// An option with one of some words as its value.
    public static func choice(
        _ name: String, short: Character? = nil, _ choices: [String], _ help: String, default: String? = nil
    ) -> Option {
        Option(
            name: name, short: short, kind: .choice(choices), placeholder: choices.joined(separator: "|"), help: help,
            defaultValue: `default`)
    }

    private init(
        name: String, short: Character?, kind: Kind, placeholder: String, help: String, defaultValue: String? = nil,
        isRequired: Bool = false, isRepeatable: Bool = false
    ) {
        self.name = name
        self.short = short
        self.kind = kind
        self.placeholder = placeholder
        self.help = help
        self.defaultValue = defaultValue
        self.isRequired = isRequired
        self.isRepeatable = isRepeatable
    }

    /// What the option accepts, when `value` is not among it.
    func expectation(notMetBy value: String) -> String? {
        switch kind {
        case .flag, .text: nil
        case .integer(let range):
            if let number = Int(value), range.contains(number) {
                nil
            } else {
                "a whole number from \(range.lowerBound) to \(range.upperBound)"
            }
        case .choice(let choices): choices.contains(value) ? nil : "one of " + choices.joined(separator: ", ")
        }
    }
}
