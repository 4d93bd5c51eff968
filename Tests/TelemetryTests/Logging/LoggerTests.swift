import Bytes
import Foundation
import Telemetry
import Testing

/// A folder of one test, removed with it.
final class TemporaryFolder {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.appending(path: "telemetry-\(UUID().uuidString)").path
        try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func text(of name: String) -> String {
        (try? String(contentsOfFile: path + "/" + name, encoding: .utf8)) ?? ""
    }
}

@Suite struct LoggerTests {
    private let folder = TemporaryFolder()

    private func makeLogger(level: LogLevel = .info, style: Logger.Style? = nil) throws -> Logger {
        let writer = try LogWriter(.file(folder.path + "/log"))
        return Logger(writer: writer, level: level, style: style) { 784_111_777_120 }
    }

    @Test func `a line is one JSON object`() throws {
        let logger = try makeLogger().with(["loop": 1])
        logger.info(
            "started \"now\"",
            [
                "address": "127.0.0.1:1\n", "ratio": 0.5, "ok": true, "names": ["a", "b"],
                "key": LogValue(Secret("s3cret")),
            ])
        #expect(logger.flush())
        #expect(
            folder.text(of: "log") == #"""
                {"ts":"1994-11-06T08:49:37.120Z","level":"info","msg":"started \"now\"","loop":1,"address":"127.0.0.1:1\n","ratio":0.5,"ok":true,"names":["a","b"],"key":"<redacted>"}

                """#)
    }

    @Test func `a line for a terminal has no control characters but ours`() throws {
        let logger = try makeLogger(style: .terminal)
        logger.warning("hot", ["file": "a\u{1B}[31mb", "why": "two words", "n": 3, "list": [1, 2]])
        #expect(logger.flush())
        let text = folder.text(of: "log")
        #expect(text.hasPrefix("\u{1B}[2m08:49:37.120\u{1B}[0m \u{1B}[33mwarn "))
        #expect(text.contains(#"file\#u{1B}[0m=a\u001b[31mb"#))
        #expect(text.contains("why\u{1B}[0m=\"two words\""))
        #expect(text.contains("n\u{1B}[0m=3"))
        #expect(text.contains("list\u{1B}[0m=[1,2]"))
    }

    @Test func `lines below the level are not written, nor their fields evaluated`() throws {
        let logger = try makeLogger(level: .warning)
        var evaluated = 0
        func count() -> LogValue {
            evaluated += 1
            return .integer(evaluated)
        }
        logger.info("no", ["n": count()])
        logger.debug("no")
        logger.error("yes", ["n": count()])
        #expect(logger.flush())
        #expect(folder.text(of: "log").split(separator: "\n").count == 1)
        #expect(evaluated == 1)
    }

    @Test func `levels have names`() {
        for level in LogLevel.allCases { #expect(LogLevel(level.name) == level) }
        #expect(LogLevel("warning") == .warning)
        #expect(LogLevel("loud") == nil)
    }
}
