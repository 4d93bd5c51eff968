/// Why a service cannot start, in words for whoever started it.
public struct LaunchError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public let description: String

    /// - Parameter description: what is wrong.
    public init(_ description: String) {
        self.description = description
    }
}
