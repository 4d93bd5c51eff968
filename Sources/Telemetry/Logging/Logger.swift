import Bytes
import Synchronization

/// Structured log lines: a level, a message that never varies, and fields that do.
///
///     logger.info("configuration loaded", ["generation": .integer(3), "routes": 12])
///
/// Each line is one JSON object (`ts`, `level`, `msg`, then the fields), or text for a person when standard error is a
/// terminal. Not for the request path: requests go to the `AccessLog`.
public struct Logger: Sendable {
    /// Lines below this level are not written; one for all loggers that were made of the same one.
    public var level: LogLevel {
        get { LogLevel(rawValue: threshold.value.load(ordering: .relaxed)) ?? .info }
        nonmutating set { threshold.value.store(newValue.rawValue, ordering: .relaxed) }
    }

    private let threshold: Threshold
    private let writer: LogWriter
    private let style: Style
    private let now: @Sendable () -> Int64
    private var context: [(name: String, value: LogValue)] = []

    private final class Threshold: Sendable {
        let value: Atomic<Int>
        init(_ level: LogLevel) { value = Atomic(level.rawValue) }
    }

    /// How lines look.
    public enum Style: Sendable {
        /// One JSON object per line.
        case json
        /// Text with colours.
        case terminal
    }

    /// - Parameters:
    ///   - writer: where lines go.
    ///   - level: the least level that is written.
    ///   - style: how lines look; by default text on a terminal, else JSON.
    ///   - now: the time in milliseconds since 1970.
    public init(
        writer: LogWriter, level: LogLevel = .info, style: Style? = nil,
        now: @escaping @Sendable () -> Int64 = { WallClock.systemTime }
    ) {
        self.writer = writer
        threshold = Threshold(level)
        self.style = style ?? (writer.isTerminal ? .terminal : .json)
        self.now = now
    }

    /// A logger that adds `fields` to each of its lines.
    public func with(_ fields: KeyValuePairs<String, LogValue>) -> Logger {
        var copy = self
        copy.context += fields.map { (name: $0.key, value: $0.value) }
        return copy
    }

    /// Writes a line if `level` is high enough; the fields are evaluated only then.
    public func log(
        _ level: LogLevel, _ message: String, _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]
    ) {
        guard level >= self.level else { return }
        let fields = context + fields().map { (name: $0.key, value: $0.value) }
        let line = LogLine(unixMilliseconds: now(), level: level, message: message, fields: fields)
        var buffer = ByteBuffer(capacity: 256)
        switch style {
        case .json: buffer = line.json(into: buffer)
        case .terminal: buffer = line.text(into: buffer)
        }
        writer.submit(buffer.readable, lines: 1)
    }

    /// Writes a line for finding faults.
    public func debug(_ message: String, _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]) {
        log(.debug, message, fields())
    }

    /// Writes a line that an operator wants to know.
    public func info(_ message: String, _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]) {
        log(.info, message, fields())
    }

    /// Writes a line about something that is wrong but coped with.
    public func warning(_ message: String, _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]) {
        log(.warning, message, fields())
    }

    /// Writes a line about something that a person must look at.
    public func error(_ message: String, _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]) {
        log(.error, message, fields())
    }

    /// Waits until the lines so far are written.
    @discardableResult
    public func flush(within limit: Duration = .seconds(2)) -> Bool {
        writer.flush(within: limit)
    }
}
