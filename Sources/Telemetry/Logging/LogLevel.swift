/// How much a log line matters.
public enum LogLevel: Int, Comparable, Sendable, CaseIterable {
    /// For finding faults.
    case debug
    /// What an operator wants to know.
    case info
    /// Something is wrong and the gateway copes.
    case warning
    /// Something is wrong and a person must act.
    case error

    /// The level that `name` stands for, or nil.
    public init?(_ name: some StringProtocol) {
        switch name {
        case "debug": self = .debug
        case "info": self = .info
        case "warn", "warning": self = .warning
        case "error": self = .error
        default: return nil
        }
    }

    /// The level's name in a log line and in the configuration.
    public var name: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warn"
        case .error: "error"
        }
    }

    /// Orders by weight.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}
