public import Telemetry

/// Brings what processes print, and what happens to them, into the log.
///
/// A line that is a log line already, a JSON object with `msg`, keeps its level and its fields. Any other becomes the
/// line `process output`, or, for a person at a terminal, itself with a prefix: `[products/0] ...`.
public struct ProcessLog: Sendable {
    /// The gateway's log.
    let logger: Logger
    private let isTerminal: Bool

    /// - Parameters:
    ///   - logger: the gateway's log.
    ///   - isTerminal: whether a person reads it.
    public init(logger: Logger, isTerminal: Bool) {
        self.logger = logger
        self.isTerminal = isTerminal
    }

    /// A stream that a process prints to.
    enum Stream: String {
        case output = "stdout"
        case errors = "stderr"
    }

    /// Logs a line that the process `name` printed to `stream`.
    func write(_ line: [UInt8], of name: String, stream: Stream) {
        if line.first == UInt8(ascii: "{"), let entry = Self.entry(line) {
            var logger = logger.with(["process": .string(name)])
            for field in entry.fields { logger = logger.with([field.name: field.value]) }
            logger.log(entry.level, entry.message)
            return
        }
        let text = String(decoding: line, as: UTF8.self)
        if isTerminal {
            logger.info("[\(name)] \(text)")
        } else {
            logger.info(
                "process output",
                ["process": .string(name), "stream": .string(stream.rawValue), "line": .string(text)])
        }
    }

    /// What a line of structured log says.
    struct Entry {
        let level: LogLevel
        let message: String
        let fields: [(name: String, value: LogValue)]
    }

    static func entry(_ line: [UInt8]) -> Entry? {
        guard let document = try? JSONDocument(parsing: line), case .object(let members) = document.root.kind else {
            return nil
        }
        guard case .string(let message) = document.root["msg"]?.kind else { return nil }
        var level = LogLevel.info
        if case .string(let name) = document.root["level"]?.kind { level = LogLevel(name) ?? .info }
        var fields: [(name: String, value: LogValue)] = []
        for member in members where !["ts", "level", "msg", "process"].contains(member.key) {
            guard let value = LogValue(member.value) else { return nil }
            fields.append((member.key, value))
        }
        return Entry(level: level, message: message, fields: fields)
    }
}

extension LogValue {
    /// A value of a log line; nil for nothing and for objects, which no line of ours has.
    fileprivate init?(_ node: JSONNode) {
        switch node.kind {
        case .string(let text): self = .string(text)
        case .boolean(let flag): self = .boolean(flag)
        case .number(let text):
            if let integer = Int(text) {
                self = .integer(integer)
            } else if let number = Double(text), number.isFinite {
                self = .number(number)
            } else {
                return nil
            }
        case .array(let nodes):
            let values = nodes.compactMap { LogValue($0) }
            guard values.count == nodes.count else { return nil }
            self = .list(values)
        case .null, .object: return nil
        }
    }
}
