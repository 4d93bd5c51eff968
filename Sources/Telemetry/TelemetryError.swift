/// What can go wrong when telemetry is set up; once it runs, it counts and never throws.
public enum TelemetryError: Error, Equatable, CustomStringConvertible {
    /// A log file cannot be opened for appending.
    case cannotOpenLog(path: String, errno: CInt)

    /// A sentence for the operator.
    public var description: String {
        switch self {
        case .cannotOpenLog(let path, let errno): "cannot open the log file \(path): \(errorText(errno))"
        }
    }
}
