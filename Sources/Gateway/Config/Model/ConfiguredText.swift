/// A text from the configuration that is hidden wherever it is printed if it came from a file or a variable.
public struct ConfiguredText: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The text itself.
    public let value: String
    /// Whether it came from a file or from an environment variable.
    public let isSecret: Bool

    /// - Parameters:
    ///   - value: the text itself.
    ///   - isSecret: whether it must not be printed.
    public init(value: String, isSecret: Bool = false) {
        self.value = value
        self.isSecret = isSecret
    }

    /// The text, or `<redacted>`.
    public var description: String { isSecret ? "<redacted>" : value }

    /// The text, or `<redacted>`.
    public var debugDescription: String { description }

    /// Has no children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
