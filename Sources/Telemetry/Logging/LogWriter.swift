import Bytes
import Synchronization

/// Writes lines to a file or a standard stream on a thread of its own, so that a slow disk or reader never holds up an
/// event loop.
///
/// What waits is bounded: when the limit is reached, whole batches are dropped and their lines counted. A write that
/// fails (disk full, reader gone) drops what it could not write, counts it, and the next batch tries again.
///
///     submit --> pending (bounded) --> [thread: take all, write] --> destination
public final class LogWriter: Sendable {
    private let core: LogQueue
    private let thread: Thread
    private let path: String?

    /// Where lines go.
    public enum Destination: Sendable, Equatable {
        /// File descriptor 1.
        case standardOutput
        /// File descriptor 2.
        case standardError
        /// A file, appended to, made when missing.
        case file(String)
    }

    /// Opens the destination and starts the thread.
    /// - Parameters:
    ///   - destination: where lines go.
    ///   - capacity: how many bytes may wait.
    /// - Throws: `TelemetryError.cannotOpenLog`.
    public init(_ destination: Destination, capacity: Int = 4 << 20) throws(TelemetryError) {
        let file: LogFile
        switch destination {
        case .standardOutput: file = LogFile(borrowing: 1)
        case .standardError: file = LogFile(borrowing: 2)
        case .file(let path): file = try LogFile(path: path)
        }
        path = if case .file(let path) = destination { path } else { nil }
        let core = LogQueue(file: file, capacity: capacity)
        self.core = core
        thread = Thread(name: "log") { core.run() }
    }

    deinit {
        // A thread that hangs in a write to a reader that reads no more is left behind.
        if core.stop(within: 2_000_000_000) { thread.join() } else { thread.detach() }
    }

    /// Hands over whole lines; drops and counts them when too much waits already.
    /// - Parameters:
    ///   - bytes: the lines, each with its line feed.
    ///   - lines: how many lines these are.
    public func submit(_ bytes: Span<UInt8>, lines: Int) {
        core.submit(bytes, lines: lines)
    }

    /// Waits until everything submitted before is written or dropped.
    /// - Returns: false when that took longer than `limit`.
    @discardableResult
    public func flush(within limit: Duration = .seconds(2)) -> Bool {
        core.flush(within: limit.nanoseconds)
    }

    /// Opens the file anew under its name, for log rotation. Standard streams stay as they are.
    /// - Throws: `TelemetryError.cannotOpenLog`; the old file then stays in use.
    public func reopen() throws(TelemetryError) {
        guard let path else { return }
        core.replaceFile(with: try LogFile(path: path))
    }

    /// How many lines were dropped so far.
    public var droppedLines: UInt64 { core.droppedLines.load(ordering: .relaxed) }

    /// Whether the lines are read by a person.
    public var isTerminal: Bool { path == nil && core.isTerminal }
}
