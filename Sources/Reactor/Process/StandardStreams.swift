/// The process's own standard error, for what people read before anything else runs.
public enum StandardStreams {
    /// Whether standard error is a terminal.
    public static var isErrorTerminal: Bool { Syscalls.isTerminal(2) }

    /// Writes text to standard error, all of it or as much as it takes.
    public static func writeError(_ text: String) { Syscalls.writeAll(2, Array(text.utf8)) }
}
