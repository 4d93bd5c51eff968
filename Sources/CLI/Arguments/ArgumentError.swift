/// What is wrong with a command line.
public struct ArgumentError: Error, Equatable, CustomStringConvertible {
    /// What exactly is wrong.
    public enum Problem: Equatable, Sendable {
        /// A subcommand is due and none was given.
        case missingCommand
        /// There is no such subcommand; one that is alike comes along.
        case unknownCommand(String, suggestion: String?)
        /// There is no such option; one that is alike comes along.
        case unknownOption(String, suggestion: String?)
        /// The option needs a value.
        case missingValue(option: String)
        /// The option takes no value.
        case unexpectedValue(option: String)
        /// The option takes another kind of value.
        case invalidValue(option: String, value: String, expected: String)
        /// The option can be given once.
        case repeatedOption(String)
        /// The option must be given.
        case missingOption(String)
        /// The argument must be given.
        case missingArgument(String)
        /// Nothing more is expected.
        case unexpectedArgument(String)
    }

    /// What is wrong.
    public let problem: Problem
    /// The command and subcommands up to where it is wrong, such as `gateway serve`.
    public let command: String

    /// A sentence that names the argument, and where to read on.
    public var description: String {
        let text =
            switch problem {
            case .missingCommand: "a command is missing"
            case .unknownCommand(let name, let suggestion): "unknown command \(name)" + Self.hint(suggestion)
            case .unknownOption(let name, let suggestion): "unknown option \(name)" + Self.hint(suggestion)
            case .missingValue(let option): "\(option) needs a value"
            case .unexpectedValue(let option): "\(option) takes no value"
            case .invalidValue(let option, let value, let expected): "\(option) must be \(expected), not \"\(value)\""
            case .repeatedOption(let option): "\(option) is given more than once"
            case .missingOption(let option): "\(option) is required"
            case .missingArgument(let name): "\(name) is missing"
            case .unexpectedArgument(let argument): "unexpected argument \"\(argument)\""
            }
        return "\(text)\nSee \(command) --help"
    }

    private static func hint(_ suggestion: String?) -> String {
        suggestion.map { "; did you mean \($0)?" } ?? ""
    }
}
