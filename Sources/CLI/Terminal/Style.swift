/// Colours and weights for text on a terminal; plain text everywhere else.
public struct Style: Sendable {
    /// A stream that text goes to.
    public enum Stream: CInt, Sendable {
        /// File descriptor 1.
        case standardOutput = 1
        /// File descriptor 2.
        case standardError = 2
    }

    /// How text looks.
    public enum Look: String, Sendable {
        /// Heavier.
        case bold = "1"
        /// Lighter.
        case dim = "2"
        /// For what is wrong.
        case red = "31"
        /// For what is well.
        case green = "32"
        /// For what wants a look.
        case yellow = "33"
        /// For names.
        case cyan = "36"
    }

    /// Whether text gets any look.
    public let isEnabled: Bool

    /// - Parameter isEnabled: whether text gets any look.
    public init(isEnabled: Bool) {
        self.isEnabled = isEnabled
    }

    /// A style that is on when the stream is a terminal that can show it and `NO_COLOR` is not set
    /// (https://no-color.org).
    public init(for stream: Stream) {
        let isRefused = Syscalls.environment("NO_COLOR").map { !$0.isEmpty } ?? false
        self.init(
            isEnabled: Syscalls.isTerminal(stream.rawValue) && !isRefused && Syscalls.environment("TERM") != "dumb")
    }

    /// `text` with a look.
    public func apply(_ look: Look, _ text: String) -> String {
        isEnabled ? "\u{1B}[\(look.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// `text` in bold.
    public func bold(_ text: String) -> String { apply(.bold, text) }
    /// `text` dimmed.
    public func dim(_ text: String) -> String { apply(.dim, text) }
    /// `text` in red.
    public func red(_ text: String) -> String { apply(.red, text) }
    /// `text` in green.
    public func green(_ text: String) -> String { apply(.green, text) }
    /// `text` in yellow.
    public func yellow(_ text: String) -> String { apply(.yellow, text) }
    /// `text` in cyan.
    public func cyan(_ text: String) -> String { apply(.cyan, text) }
}
