import Bytes
import HTTP
import Testing

@Suite struct HPACKEncoderTests {
    @Test func `a known field is indexed at once, by its name's static entry`() {
        let blocks = encode([[("vary", "accept")], [("vary", "accept")], [("vary", "origin")]])
        #expect(blocks[0].hasPrefix("7b"))
        #expect(blocks[1] == "be")
        #expect(blocks[2].hasPrefix("7b"))
    }

    @Test func `a field whose value is another each time enters for its name only`() {
        let values = ["1", "2", "3"].map { [("x-request-id", $0)] }
        let blocks = encode(values).map(hex)
        #expect(blocks[0].first == 0x40)
        #expect(blocks[1] == [0x0F, 0x2F, 0x01, 0x32])
        #expect(blocks[2] == [0x0F, 0x2F, 0x01, 0x33])
        // Those with a static name need no entry at all.
        #expect(encode([[("etag", "1")], [("etag", "1")]]) == ["0f130131", "0f130131"])
    }

    @Test func `an unknown field is learned, and its other values leave the table alone`() {
        let blocks = encode([[("x-own", "1")], [("x-own", "1")], [("x-own", "2")], [("x-own", "1")]])
        #expect(blocks.dropFirst() == ["be", "0f2f0132", "be"])
    }

    @Test(arguments: ["authorization", "cookie", "set-cookie", "proxy-authorization"])
    func `secrets are never indexed`(name: String) throws {
        let blocks = encode([[(name, "x")], [(name, "x")]])
        #expect(blocks[0] == blocks[1])
        #expect(try decode(blocks) == Array(repeating: "\(name): x (sensitive)", count: 2))
    }

    @Test func `a value of half a table enters none`() throws {
        let long = String(repeating: "v", count: 2048)
        let blocks = encode([[("server", "s")], [("vary", long)], [("vary", long)], [("server", "s")]])
        #expect(blocks[1] == blocks[2])
        #expect(blocks[3] == "be")
    }

    @Test func `names are sent in lower case, and found again in any`() throws {
        let blocks = encode([[("X-Mixed-Case", "1")], [("x-mixed-CASE", "1")]])
        #expect(blocks[1] == "be")
        #expect(try decode(blocks)[0] == "x-mixed-case: 1")
    }

    @Test func `the peer is told of a smaller table, and of the smallest in between`() throws {
        var encoder = HPACKEncoder()
        var sizes: [[UInt8]] = []
        for settings in [[], [65_536], [1024], [0, 2048], [2048], [4096, 65_536]] {
            for size in settings { encoder.setPeerTableSize(size) }
            var buffer = ByteBuffer()
            encoder.startBlock(to: &buffer)
            sizes.append(buffer.readable.array)
            encoder.append(.server, value: "s".bytes.span, to: &buffer)
        }
        #expect(sizes == [[], [], [0x3F, 0xE1, 0x07], [0x20, 0x3F, 0xE1, 0x0F], [], [0x3F, 0xE1, 0x1F]])
    }

    @Test func `without a table everything is a literal`() throws {
        var encoder = HPACKEncoder()
        encoder.setPeerTableSize(0)
        var blocks: [[UInt8]] = []
        for _ in 0..<2 {
            var buffer = ByteBuffer()
            encoder.startBlock(to: &buffer)
            encoder.append(.server, value: "s".bytes.span, to: &buffer)
            encoder.append(name: "x".bytes.span, value: "y".bytes.span, to: &buffer)
            blocks.append(buffer.readable.array)
        }
        #expect(try decode(blocks) == ["server: s|x: y", "server: s|x: y"])
        #expect(blocks[1] == Array(blocks[0].dropFirst()))
    }

    @Test(arguments: UInt64(1)...4)
    func `random lists of fields come through, whatever the sizes of the table`(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let names =
            KnownField.allCases.filter { $0 != .other }.map { "\($0.name)" } + ["x-a", "x-b", "x-long-name-of-mine"]
        var encoder = HPACKEncoder()
        var decoder = HPACKDecoder()
        for _ in 0..<200 {
            if Int.random(in: 0..<10, using: &generator) == 0 {
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    encoder.setPeerTableSize([0, 40, 100, 500, 4096, 70_000].randomElement(using: &generator)!)
                }
            }
            var buffer = ByteBuffer()
            var expected: [String] = []
            encoder.startBlock(to: &buffer)
            for _ in 0..<Int.random(in: 0..<20, using: &generator) {
                let name = names.randomElement(using: &generator)!
                let length = [1, 10, 100, 2500].randomElement(using: &generator)!
                let letter = "abcXYZ0~".randomElement(using: &generator)!
                let value = String(repeating: letter, count: Int.random(in: 0..<length, using: &generator))
                let known = KnownField(name: name.bytes.span)
                let isSensitive = Int.random(in: 0..<9, using: &generator) == 0
                if known == .other || Bool.random(using: &generator) {
                    encoder.append(
                        name: name.bytes.span, value: value.bytes.span, isSensitive: isSensitive, to: &buffer)
                } else {
                    encoder.append(known, value: value.bytes.span, isSensitive: isSensitive, to: &buffer)
                }
                expected.append("\(name): \(value)")
            }
            var sink = TextSink()
            try decoder.decode(buffer.readable, into: &sink)
            #expect(sink.texts.map { $0.replacing(" (sensitive)", with: "") } == expected)
        }
    }

    /// The blocks of some lists of fields in hexadecimal digits, encoded one after the other.
    private func encode(_ lists: [[(String, String)]]) -> [String] {
        var encoder = HPACKEncoder()
        var blocks: [String] = []
        for list in lists {
            var buffer = ByteBuffer()
            encoder.startBlock(to: &buffer)
            for (name, value) in list {
                let known = KnownField(name: name.bytes.span)
                if known == .other {
                    encoder.append(name: name.bytes.span, value: value.bytes.span, to: &buffer)
                } else {
                    encoder.append(known, value: value.bytes.span, to: &buffer)
                }
            }
            blocks.append(Hex.encode(buffer.readable).map { String(UnicodeScalar($0)) }.joined())
        }
        return blocks
    }
}
