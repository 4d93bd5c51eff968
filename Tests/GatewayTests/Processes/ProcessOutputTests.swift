import Bytes
import Telemetry
import Testing

@testable import Gateway

@Suite struct ProcessOutputTests {
    private func lines(_ chunks: String...) -> [String] {
        var splitter = LineSplitter()
        var lines: [String] = []
        for chunk in chunks {
            splitter.append(Array(chunk.utf8).span) { lines.append(String(decoding: $0, as: UTF8.self)) }
        }
        splitter.finish { lines.append(String(decoding: $0, as: UTF8.self)) }
        return lines
    }

    @Test func `lines are put together from pieces, and the last one needs no end`() {
        #expect(lines("on", "e\ntw", "o\r\n\n", "\nthree") == ["one", "two", "three"])
    }

    @Test func `a line without end is cut`() {
        let long = String(repeating: "x", count: LineSplitter.longest)
        #expect(lines(long, long, long, "\nnext\n") == [long + " [cut]", "next"])
    }

    @Test func `a line of structured log keeps its level, message and fields`() throws {
        let line = #"{"ts":"2026-01-01","level":"warn","msg":"slow","ms":12,"ratio":0.5,"ok":true,"list":["a",1]}"#
        let entry = try #require(ProcessLog.entry(Array(line.utf8)))
        #expect(entry.level == .warning)
        #expect(entry.message == "slow")
        #expect(entry.fields.map(\.name) == ["ms", "ratio", "ok", "list"])
        #expect(entry.fields.map(\.value) == [12, 0.5, true, ["a", 1]])
    }

    @Test(arguments: [#"{"msg":"#, #"{"message":"a"}"#, #"{"msg":1}"#, "{}", #"{"msg":"a","deep":{"b":1}}"#, "[1]"])
    func `anything else is a line like any other`(line: String) {
        #expect(ProcessLog.entry(Array(line.utf8)) == nil)
    }
}
