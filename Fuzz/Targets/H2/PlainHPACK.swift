import Bytes
import HTTP

/// HPACK by the letter of RFC 7541, without regard to speed: a list for a table, and Huffman codes bit by bit.
struct PlainHPACK {
    struct Field: Equatable {
        var name: [UInt8]
        var value: [UInt8]
        var isSensitive = false
    }

    /// The block is wrong, in whatever way.
    struct Wrong: Error {}

    private var table: [Field] = []
    private var maximumSize = 4096
    private let sizeLimit: Int

    /// - Parameter sizeLimit: what the peer may set the size of the table to.
    init(sizeLimit: Int) {
        self.sizeLimit = sizeLimit
    }

    /// The fields of a block.
    mutating func decode(_ block: [UInt8]) throws(Wrong) -> [Field] {
        var input = Input(bytes: block[...])
        var fields: [Field] = []
        while let first = input.bytes.first {
            if first & 0x80 != 0 {
                fields.append(try entry(try input.integer(prefix: 7)))
            } else if first & 0xE0 == 0x20 {
                let size = try input.integer(prefix: 5)
                guard fields.isEmpty, size <= sizeLimit else { throw Wrong() }
                maximumSize = size
                evict()
            } else {
                let enters = first & 0x40 != 0
                let index = try input.integer(prefix: enters ? 6 : 4)
                var field = Field(name: index == 0 ? try input.string() : try entry(index).name, value: [])
                field.value = try input.string()
                field.isSensitive = first & 0xF0 == 0x10
                fields.append(field)
                if enters {
                    table.insert(field, at: 0)
                    evict()
                }
            }
        }
        return fields
    }

    private func entry(_ index: Int) throws(Wrong) -> Field {
        guard index > 0, index - Self.fixed.count <= table.count else { throw Wrong() }
        return index <= Self.fixed.count ? Self.fixed[index - 1] : table[index - 1 - Self.fixed.count]
    }

    private mutating func evict() {
        while table.reduce(0, { $0 + $1.name.count + $1.value.count + 32 }) > maximumSize { table.removeLast() }
    }

    /// The static table, which is data: as the decoder has it, entry by entry.
    private static let fixed: [Field] = (1...61).map { index in
        var decoder = HPACKDecoder()
        var list = FieldList()
        do throws(HPACKError) {
            try decoder.decode([0x80 | UInt8(index)].span, into: &list)
        } catch {
            preconditionFailure("there are 61 entries")
        }
        return list.fields[0]
    }
}

/// Keeps the fields of a block as they come.
struct FieldList: HPACKSink {
    private(set) var fields: [PlainHPACK.Field] = []

    mutating func receive(name: Span<UInt8>, value: Span<UInt8>, facts: FieldFacts) {
        fields.append(PlainHPACK.Field(name: name.array, value: value.array, isSensitive: facts.isSensitive))
    }
}

/// What is left of a block.
private struct Input {
    var bytes: ArraySlice<UInt8>

    /// An integer (RFC 7541 section 5.1); one that no block needs is wrong.
    mutating func integer(prefix: Int) throws(PlainHPACK.Wrong) -> Int {
        guard let first = bytes.popFirst() else { throw PlainHPACK.Wrong() }
        let mask = (1 << prefix) - 1
        var value = Int(first) & mask
        if value < mask { return value }
        for shift in stride(from: 0, to: 28, by: 7) {
            guard let byte = bytes.popFirst() else { throw PlainHPACK.Wrong() }
            value += (Int(byte) & 0x7F) << shift
            if byte & 0x80 == 0 {
                guard value < 1 << 28 else { throw PlainHPACK.Wrong() }
                return value
            }
        }
        throw PlainHPACK.Wrong()
    }

    /// A string (RFC 7541 section 5.2).
    mutating func string() throws(PlainHPACK.Wrong) -> [UInt8] {
        guard let first = bytes.first else { throw PlainHPACK.Wrong() }
        let length = try integer(prefix: 7)
        guard length <= bytes.count else { throw PlainHPACK.Wrong() }
        defer { bytes = bytes.dropFirst(length) }
        let string = bytes.prefix(length)
        return first & 0x80 == 0 ? Array(string) : try Huffman.decode(string)
    }
}

/// The Huffman code (RFC 7541 Appendix B), which is canonical: the lengths of its codes say all.
private enum Huffman {
    /// The length of each symbol's code in bits, EOS last: `a` is five, and so on through the alphabet.
    private static let lengths = Array(
        ("isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxxbffhibdgffdgdbbbaaabbbbbbbcdkbhfibccccccccccccccccccccccdcdioijb"
            + "kabababbbaccbbbabcbaabccccckgjixprpprrrsrssssststtrstssssqrsrsstrqprrssqsrrtqrssqqrqsrssprrrsrrs"
            + "vvporsruvvvwwvtuoqvwwvwtqqvvxwwwptpqrqqsrruuttvsvwvvwwwwwxwwwwwvz").utf8
    ).map { Int($0) - 92 }

    /// Symbols by length and code.
    private static let symbols: [Int: [UInt32: Int]] = {
        var symbols: [Int: [UInt32: Int]] = [:]
        var code: UInt32 = 0
        for length in 5...30 {
            for symbol in lengths.indices where lengths[symbol] == length {
                symbols[length, default: [:]][code] = symbol
                code += 1
            }
            code <<= 1
        }
        return symbols
    }()

    static func decode(_ string: ArraySlice<UInt8>) throws(PlainHPACK.Wrong) -> [UInt8] {
        var output: [UInt8] = []
        var (code, length) = (UInt32(0), 0)
        for byte in string {
            for bit in (0..<8).reversed() {
                code = code << 1 | UInt32(byte >> UInt8(bit) & 1)
                length += 1
                guard let symbol = symbols[length]?[code] else { continue }
                guard symbol < 256 else { throw PlainHPACK.Wrong() }
                output.append(UInt8(symbol))
                (code, length) = (0, 0)
            }
        }
        // Less than a byte of ones is padding.
        guard length < 8, code == (1 << UInt32(length)) - 1 else { throw PlainHPACK.Wrong() }
        return output
    }
}
