/// A header field of a request or response; the name is lowercase.
public struct HeaderField: Hashable, Sendable {
    /// The name in lowercase.
    public let name: String
    /// The value.
    public let value: String

    /// - Parameters:
    ///   - name: the name, in lowercase.
    ///   - value: the value, without control characters.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
