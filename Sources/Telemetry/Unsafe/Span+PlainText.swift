import Bytes

extension Span where Element == UInt8 {
    /// How many bytes from `start` on stand in a JSON string as they are: printable ASCII but `"` and `\`. Looks at
    /// eight bytes at a time, with the tests of https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord.
    func countOfPlainText(from start: Int) -> Int {
        var index = start
        let end = count
        unsafe withUnsafeBytes { memory in
            while end - index >= 8 {
                let word = unsafe memory.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                let control = (word &- 0x2020_2020_2020_2020) & ~word
                let quote = (word ^ 0x2222_2222_2222_2222) &- 0x0101_0101_0101_0101
                let backslash = (word ^ 0x5C5C_5C5C_5C5C_5C5C) &- 0x0101_0101_0101_0101
                let delete = (word ^ 0x7F7F_7F7F_7F7F_7F7F) &- 0x0101_0101_0101_0101
                if (word | control | quote | backslash | delete) & 0x8080_8080_8080_8080 != 0 { break }
                index += 8
            }
        }
        while index < end {
            let byte = self[index]
            guard byte &- 0x20 < 0x5F, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { break }
            index += 1
        }
        return index - start
    }
}
