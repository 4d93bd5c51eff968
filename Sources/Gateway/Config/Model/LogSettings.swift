public import Telemetry

/// What is logged, and where to.
public struct LogSettings: Hashable, Sendable {
    /// Where the access log goes.
    public enum AccessLog: Hashable, Sendable {
        /// Standard output.
        case stdout
        /// Nowhere.
        case off
        /// A file, opened again on SIGUSR1.
        case file(path: String)
    }

    /// The least level that is written.
    public var level = LogLevel.info
    /// Where the access log goes.
    public var access = AccessLog.stdout

    /// The defaults.
    public init() {}
}
