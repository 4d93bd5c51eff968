import Bytes
import HTTP
import Testing

@Suite struct HPACKDecoderTests {
    @Test(
        arguments: [
            ("40", .truncated),
            ("400a 6375", .truncated),
            ("4001 61", .truncated),
            ("4001 6105 6162", .truncated),
            ("ff", .truncated),
            ("ff80 8080", .truncated),
            ("00ff ff7f", .truncated),
            ("ff80 8080 8000", .integerOverflow),
            ("ffff ffff ffff ffff ffff 7f", .integerOverflow),
            ("3fff ffff ff7f", .integerOverflow),
            ("007f 8180 8080 8080 8080 8001", .integerOverflow),
            ("80", .badIndex),
            ("be", .badIndex),
            ("ffff 7f", .badIndex),
            ("7e01 61", .badIndex),
            ("0f2f 0161", .badIndex),
            ("8220", .lateSizeUpdate),
            ("3fe2 1f", .sizeUpdateTooLarge),
        ] as [(String, HPACKError)])
    func `a bad block is an error`(block: String, error: HPACKError) {
        #expect(throws: error) { try decode([block]) }
    }

    @Test(arguments: [
        // Nothing but padding, padding of eight bits and more, padding with zeros, EOS, and a code that is cut off.
        "0081 ff00", "0082 1fff 00", "0082 07ff 00", "0081 1e00", "0081 1800", "0084 ffff ffff 00",
        "0085 1fff fffffc00",
        "0082 ffff 00", "0081 fe00",
    ])
    func `Huffman strings with EOS, with bad padding or cut off are errors`(block: String) {
        #expect(throws: HPACKError.badHuffman) { try decode([block]) }
    }

    @Test func `an empty Huffman string is an empty string`() throws {
        #expect(try decode(["0080 80"]) == [": "])
    }

    @Test func `an entry that is dropped by a field may still name that field`() throws {
        // RFC 7541 section 4.4: the name is read before the entry goes.
        let name = String(repeating: "n", count: 30)
        let first: [UInt8] = [0x3F, 0x21] + [0x40, 30] + name.bytes + [1, 0x61]
        let second: [UInt8] = [0x7E, 2, 0x62, 0x63]
        #expect(try decode([first, second, [0xBE]]) == ["\(name): a", "\(name): bc", "\(name): bc"])
    }

    @Test func `an entry larger than the table empties it, and is no error`() throws {
        let first: [UInt8] = [0x3F, 0x03, 0x40, 1, 0x61, 1, 0x62]
        let second: [UInt8] = [0x40, 1, 0x63, 1, 0x64]
        #expect(try decode([first, second]) == ["a: b", "c: d"])
        #expect(throws: HPACKError.badIndex) { try decode([first, second, [0xBF]]) }
        let huge: [UInt8] = [0x40, 1, 0x65, 40] + [UInt8](repeating: 0x66, count: 40)
        #expect(throws: HPACKError.badIndex) { try decode([first, second, huge, [0xBE]]) }
    }

    @Test func `size updates drop the oldest, and zero drops all`() throws {
        let fill: [UInt8] = [0x40, 1, 0x61, 1, 0x31, 0x40, 1, 0x62, 1, 0x32, 0x40, 1, 0x63, 1, 0x33]
        #expect(try decode([fill, [0xBE, 0xBF, 0xC0]])[1] == "c: 3|b: 2|a: 1")
        #expect(try decode([fill, [0x3F, 0x25, 0xBE, 0xBF]])[1] == "c: 3|b: 2")
        #expect(throws: HPACKError.badIndex) { try decode([fill, [0x3F, 0x25, 0xC0]]) }
        #expect(throws: HPACKError.badIndex) { try decode([fill, [0x20, 0x3F, 0xE1, 0x1F, 0xBE]]) }
    }

    @Test func `a larger table than the initial one is used once the peer says so`() throws {
        let grown: [UInt8] = [0x3F, 0xE1, 0x3F]
        #expect(throws: HPACKError.sizeUpdateTooLarge) { try decode([grown]) }
        let field: [UInt8] = [0x40, 1, 0x61, 127, 0x89, 0x26] + [UInt8](repeating: 0x62, count: 5000)
        let kept = try decode([grown + field, [0xBE]], tableSize: 8192)
        #expect(kept[1].count == 5003)
        #expect(throws: HPACKError.badIndex) { try decode([field, [0xBE]], tableSize: 8192) }
    }

    @Test func `the table goes round many times and loses no byte`() throws {
        var blocks: [[UInt8]] = []
        var expected: [String] = []
        var generator = SeededGenerator(state: 7)
        for number in 0..<5000 {
            let value = "\(number)" + String(repeating: "v", count: Int.random(in: 0..<120, using: &generator))
            blocks.append([0x40, 3, 0x61, 0x62, 0x63, UInt8(value.utf8.count)] + value.bytes + [0xBE])
            expected.append("abc: \(value)|abc: \(value)")
        }
        #expect(try decode(blocks) == expected)
    }
}
