import Foundation
import Glibc
import Telemetry
import Testing

@Suite struct LogWriterTests {
    private let folder = TemporaryFolder()

    @Test func `lines of many threads arrive whole and in the order of each`() async throws {
        let writer = try LogWriter(.file(folder.path + "/log"), capacity: 64 << 20)
        await onThreads(4) { thread in
            for round in 0..<5000 { writer.submit(Array("\(thread) \(round)\n".utf8).span, lines: 1) }
        }
        #expect(writer.flush(within: .seconds(30)))
        var next = [0, 0, 0, 0]
        for line in folder.text(of: "log").split(separator: "\n") {
            let parts = line.split(separator: " ").compactMap { Int($0) }
            try #require(parts.count == 2)
            #expect(next[parts[0]] == parts[1])
            next[parts[0]] += 1
        }
        #expect(next == [5000, 5000, 5000, 5000])
        #expect(writer.droppedLines == 0)
    }

    @Test func `what does not fit is dropped and counted`() throws {
        let writer = try LogWriter(.file(folder.path + "/log"), capacity: 100)
        writer.submit([UInt8](repeating: 10, count: 101).span, lines: 101)
        #expect(writer.droppedLines == 101)
        writer.submit([UInt8](repeating: 10, count: 100).span, lines: 100)
        #expect(writer.flush())
        #expect(folder.text(of: "log").count == 100)
        #expect(writer.droppedLines == 101)
    }

    @Test func `a full disk loses lines, counts them and harms nothing else`() throws {
        let writer = try LogWriter(.file("/dev/full"))
        writer.submit(Array("a\nb\n".utf8).span, lines: 2)
        #expect(writer.flush())
        #expect(writer.droppedLines == 2)
        writer.submit(Array("c\n".utf8).span, lines: 1)
        #expect(writer.flush())
        #expect(writer.droppedLines == 3)
    }

    @Test func `a rotated file is left alone after reopening`() throws {
        let writer = try LogWriter(.file(folder.path + "/log"))
        writer.submit(Array("old\n".utf8).span, lines: 1)
        #expect(writer.flush())
        try FileManager.default.moveItem(atPath: folder.path + "/log", toPath: folder.path + "/log.1")
        try writer.reopen()
        writer.submit(Array("new\n".utf8).span, lines: 1)
        #expect(writer.flush())
        #expect(folder.text(of: "log.1") == "old\n")
        #expect(folder.text(of: "log") == "new\n")
    }

    @Test func `a file that cannot be opened is named in the error`() throws {
        #expect(throws: TelemetryError.cannotOpenLog(path: "/nowhere/log", errno: 2)) {
            try LogWriter(.file("/nowhere/log"))
        }
        #expect("\(TelemetryError.cannotOpenLog(path: "/nowhere/log", errno: 2))".contains("No such file"))
    }

    @Test func `what was submitted is written when the writer goes away`() throws {
        do {
            let writer = try LogWriter(.file(folder.path + "/log"))
            for _ in 0..<1000 { writer.submit(Array("line\n".utf8).span, lines: 1) }
        }
        #expect(folder.text(of: "log").count == 5000)
    }

    @Test func `reopening a path that became impossible keeps the old file`() throws {
        let writer = try LogWriter(.file(folder.path + "/log"))
        writer.submit(Array("a\n".utf8).span, lines: 1)
        #expect(writer.flush())
        try FileManager.default.moveItem(atPath: folder.path + "/log", toPath: folder.path + "/log.1")
        try FileManager.default.createDirectory(atPath: folder.path + "/log", withIntermediateDirectories: true)
        #expect(throws: TelemetryError.self) { try writer.reopen() }
        writer.submit(Array("b\n".utf8).span, lines: 1)
        #expect(writer.flush())
        #expect(folder.text(of: "log.1") == "a\nb\n")
    }

    /// A pipe with a name, open for reading.
    private func makePipe() -> (path: String, reader: CInt) {
        let path = folder.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        return (path, open(path, O_RDONLY | O_NONBLOCK))
    }

    @Test func `a reader that is gone costs lines and not the process`() throws {
        let pipe = makePipe()
        let writer = try LogWriter(.file(pipe.path))
        close(pipe.reader)
        writer.submit(Array("a\nb\n".utf8).span, lines: 2)
        #expect(writer.flush())
        #expect(writer.droppedLines == 2)
    }

    @Test func `a reader that stalls holds up nobody who logs`() throws {
        let pipe = makePipe()
        let writer = try LogWriter(.file(pipe.path), capacity: 100_000)
        let line = [UInt8](repeating: 65, count: 999) + [10]
        for _ in 0..<1000 { writer.submit(line.span, lines: 1) }
        #expect(!writer.flush(within: .milliseconds(1)))
        #expect(writer.droppedLines >= 700)
        close(pipe.reader)
        #expect(writer.flush(within: .seconds(10)))
        writer.submit(line.span, lines: 1)
        #expect(writer.flush())
        #expect(writer.droppedLines >= 900)
    }
}
