import Bytes

/// A parsed JSON text that still knows the line and column of every key and value.
struct JSONDocument: Sendable {
    let root: JSONNode
    let lines: LineIndex

    /// Parses strict JSON (RFC 8259): no comments, no trailing commas, no duplicate keys, valid UTF-8, at most 64 levels.
    init(parsing bytes: [UInt8]) throws(JSONSyntaxError) {
        var reader = JSONReader(bytes)
        root = try reader.readDocument()
        lines = LineIndex(bytes)
    }
}

/// The first place where a text is not JSON, and why.
struct JSONSyntaxError: Error, Equatable {
    let offset: Int
    let message: String
    var suggestion: String?
}

/// Turns byte offsets into lines and columns, both counted from one; a column counts characters, not bytes.
struct LineIndex: Sendable {
    private let bytes: [UInt8]
    private let starts: [Int]

    init(_ bytes: [UInt8]) {
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
        self.bytes = bytes
        self.starts = starts
    }

    /// The position of `offset`.
    func position(of offset: Int) -> (line: Int, column: Int) {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        let end = min(max(offset, starts[low]), bytes.count)
        let continuations = bytes[starts[low]..<end].count { $0 & 0xC0 == 0x80 }
        return (low + 1, end - starts[low] - continuations + 1)
    }
}
