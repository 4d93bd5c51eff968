/// The Huffman code of HPACK (RFC 7541 Appendix B).
///
/// The code is canonical: codes of one length follow one another in the order of their symbols, and after the last of a
/// length come the longer ones. The lengths therefore say all; codes and tables are made of them once.
struct HuffmanCode: Sendable {
    /// One symbol's code, in the low bits.
    struct Code: Sendable {
        var bits: UInt32
        var length: UInt8
    }

    /// The codes of one length.
    struct Row: Sendable {
        /// Where the codes of this length end, as the first 32 bits of what follows them.
        var end: UInt32
        /// The first code of this length.
        var firstCode: UInt32
        /// Where the symbols of this length begin in ``symbols``.
        var firstSymbol: Int
        var length: UInt8
    }

    /// What the next ``stepBits`` bits begin with: one symbol or two.
    struct Step: Sendable {
        var first: UInt8 = 0
        /// Zero where there is no second symbol.
        var second: UInt8 = 0
        /// The length of the first symbol's code; zero when it is longer than a step.
        var firstLength: UInt8 = 0
        /// How many symbols there are, and above it, from the fifth bit on, the length of their codes together.
        var total: UInt8 = 0

        var count: Int { Int(total & 15) }
        var length: UInt64 { UInt64(total &>> 4) }
    }

    /// Two codes of the usual lengths, five and six bits.
    static let stepBits = 12

    /// The symbol that ends nothing: it must not occur, but its first bits are the padding.
    static let endOfString = 256

    /// The codes of the 256 bytes and of EOS.
    let codes: [Code]
    /// All symbols by their codes.
    let symbols: [UInt16]
    /// The lengths beyond a step, ascending.
    let rows: [Row]
    /// A step for each number of ``stepBits`` bits.
    let steps: [Step]

    static let shared = HuffmanCode()

    private init() {
        let lengths = Self.lengths
        let ordered = lengths.indices.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
        var codes = [Code](repeating: Code(bits: 0, length: 0), count: lengths.count)
        var rows: [Row] = []
        var next: UInt64 = 0
        for (position, symbol) in ordered.enumerated() {
            let length = lengths[symbol]
            // The next code, as the first 32 bits of whatever begins with it.
            let bits = UInt32(next >> UInt64(32 - length))
            codes[symbol] = Code(bits: bits, length: length)
            if length > Self.stepBits, rows.last?.length != length {
                rows.append(Row(end: 0, firstCode: bits, firstSymbol: position, length: length))
            }
            next += 1 << UInt64(32 - length)
            if length > Self.stepBits { rows[rows.count - 1].end = UInt32(clamping: next) }
        }
        self.codes = codes
        symbols = ordered.map { UInt16($0) }
        self.rows = rows
        steps = Self.steps(of: codes)
    }

    private static func steps(of codes: [Code]) -> [Step] {
        var steps = [Step](repeating: Step(), count: 1 << stepBits)
        for (symbol, code) in codes.enumerated() where code.length <= stepBits {
            let spare = stepBits - Int(code.length)
            for rest in 0..<1 << spare {
                let step = Step(first: UInt8(symbol), firstLength: code.length, total: code.length << 4 | 1)
                steps[Int(code.bits) << spare | rest] = step
            }
        }
        for bits in steps.indices where steps[bits].count == 1 {
            let first = steps[bits]
            // What follows the first symbol, with zeros behind it, says the second if its code lies within the step.
            let next = steps[(bits << Int(first.firstLength)) & (steps.count - 1)]
            let length = first.firstLength + next.firstLength
            guard next.firstLength > 0, length <= stepBits else { continue }
            steps[bits].second = next.first
            steps[bits].total = length << 4 | 2
        }
        return steps
    }

    /// The length of each symbol's code in bits, by symbol.
    private static let lengths: [UInt8] = [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ]
}
