/// A Swift file as the rules see it: its path below `Sources`, and its code without comments and literals.
struct SourceFile {
    let path: String
    let lineCount: Int
    /// The lines of code, numbered from one; comments and the insides of string literals are gone.
    let code: [(number: Int, text: Substring)]

    init(path: String, text: String) {
        self.path = path
        lineCount = text.split(separator: "\n", omittingEmptySubsequences: false).count - (text.hasSuffix("\n") ? 1 : 0)
        let stripped = Self.stripped(text)
        code = stripped.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { ($0 + 1, $1) }
    }

    var module: String {
        String(path.prefix { $0 != "/" })
    }

    /// The modules that the file imports, with the line of each.
    var imports: [(line: Int, module: String)] {
        code.compactMap { line in
            guard line.text.utf8.count < 200, line.text.contains("import ") else { return nil }
            let pattern =
                /^\s*(?:@\S+\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
            guard let match = line.text.firstMatch(of: pattern) else { return nil }
            return (line.number, String(match.1))
        }
    }

    /// Where `pattern`, which `word` is part of, occurs in code, as `path:line`.
    func occurrences(of pattern: Regex<Substring>, with word: String) -> [String] {
        code.filter { $0.text.contains(word) && $0.text.contains(pattern) }.map { "\(path):\($0.number)" }
    }

    /// The text with comments and string literals taken out and line breaks kept.
    static func stripped(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        let newline = UInt8(ascii: "\n")
        var index = 0
        func isNext(_ mark: StaticString) -> Bool {
            guard index + mark.utf8CodeUnitCount <= bytes.count else { return false }
            for offset in 0..<mark.utf8CodeUnitCount where mark.utf8Start[offset] != bytes[index + offset] {
                return false
            }
            return true
        }
        func skip(from start: StaticString, to end: StaticString, escapes: Bool = false) {
            index += start.utf8CodeUnitCount
            while index < bytes.count, !isNext(end) {
                if escapes, bytes[index] == UInt8(ascii: "\\") { index += 1 }
                if index < bytes.count, bytes[index] == newline { kept.append(newline) }
                index += 1
            }
            index += end.utf8CodeUnitCount
        }
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "/") where isNext("//"):
                while index < bytes.count, bytes[index] != newline { index += 1 }
            case UInt8(ascii: "/") where isNext("/*"): skip(from: "/*", to: "*/")
            case UInt8(ascii: "#") where isNext("#\""): skip(from: "#\"", to: "\"#")
            case UInt8(ascii: "\"") where isNext("\"\"\""): skip(from: "\"\"\"", to: "\"\"\"")
            case UInt8(ascii: "\""): skip(from: "\"", to: "\"", escapes: true)
            case let byte:
                kept.append(byte)
                index += 1
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
