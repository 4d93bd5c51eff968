/// What a configuration may ask of the outside: variables and files. Tests give their own.
public struct ConfigurationEnvironment: Sendable {
    /// The value of an environment variable, nil when it is not set.
    public let variable: @Sendable (String) -> String?
    /// The bytes of a file; the error's text says why it cannot be read.
    public let readFile: @Sendable (String) -> Result<[UInt8], FileFailure>

    /// Why a file cannot be read, in words.
    public struct FileFailure: Error, Equatable {
        /// Such as `No such file or directory`.
        public let reason: String

        /// - Parameter reason: the words of the system.
        public init(reason: String) {
            self.reason = reason
        }
    }

    /// - Parameters:
    ///   - variable: looks up an environment variable.
    ///   - readFile: reads a whole file.
    public init(
        variable: @escaping @Sendable (String) -> String?,
        readFile: @escaping @Sendable (String) -> Result<[UInt8], FileFailure>
    ) {
        self.variable = variable
        self.readFile = readFile
    }
}
