import Bytes

extension HuffmanCode {
    /// Appends the string that `coded` stands for (RFC 7541 section 5.2).
    ///
    /// A step at a time, which says one or two of the symbols that are common in fields; a longer code is found by its
    /// length.
    func decode(_ coded: Span<UInt8>, to output: inout ByteBuffer) throws(HPACKError) {
        // The shortest code has five bits, and a step stores two symbols even where it says one.
        let room = coded.count * 8 / 5 + 1
        var isWhole = false
        _ = unsafe output.fill(atLeast: room) { free in
            unsafe coded.withUnsafeBytes { input in
                var bits = BitReader(input.count)
                var written = 0
                while true {
                    unsafe bits.refill(from: input)
                    // Every bit that a step looks at is there.
                    while bits.count >= Self.stepBits {
                        let step = steps[bits.first(Self.stepBits)]
                        guard step.count > 0 else { break }
                        unsafe free[written] = step.first
                        unsafe free[written &+ 1] = step.second
                        written &+= step.count
                        bits.drop(step.length)
                    }
                    if bits.count < Self.stepBits, bits.hasMore { continue }
                    unsafe bits.refill(from: input)
                    guard let (symbol, length) = symbol(bits.first32), length <= bits.count else { break }
                    unsafe free[written] = symbol
                    written &+= 1
                    bits.drop(UInt64(length))
                }
                isWhole = bits.isPadding
                return written
            }
        }
        if !isWhole { throw .badHuffman }
    }

    /// The symbol whose code `bits` begin with, and the code's length; nil for EOS.
    private func symbol(_ bits: UInt32) -> (UInt8, Int)? {
        let step = steps[Int(bits &>> UInt32(32 - Self.stepBits))]
        if step.firstLength > 0 { return (step.first, Int(step.firstLength)) }
        for row in rows where bits < row.end {
            let offset = Int(bits &>> UInt32(32 &- row.length)) &- Int(row.firstCode)
            let symbol = symbols[row.firstSymbol &+ offset]
            return symbol < Self.endOfString ? (UInt8(truncatingIfNeeded: symbol), Int(row.length)) : nil
        }
        return nil
    }
}

/// Takes bits from bytes, the highest first.
private struct BitReader {
    /// The next bits from the highest on, and zeros behind them.
    private var bits: UInt64 = 0
    /// How many bits there are.
    private(set) var count = 0
    private var position = 0
    private let end: Int

    init(_ byteCount: Int) { end = byteCount }

    /// Whether there is more than the bits at hand.
    var hasMore: Bool { position < end }

    /// The next 32 bits.
    var first32: UInt32 { UInt32(truncatingIfNeeded: bits &>> 32) }

    /// The next `length` bits.
    @inline(__always)
    func first(_ length: Int) -> Int { Int(truncatingIfNeeded: bits &>> UInt64(64 &- length)) }

    /// Whether nothing is left but padding: less than a byte, all ones, as EOS begins.
    var isPadding: Bool { count < 8 && bits == ~(UInt64.max &>> UInt64(count)) }

    @inline(__always)
    mutating func drop(_ length: UInt64) {
        bits &<<= length
        count &-= Int(truncatingIfNeeded: length)
    }

    /// Takes whole bytes until there are more than 56 bits, or no more bytes.
    @inline(__always)
    mutating func refill(from input: UnsafeRawBufferPointer) {
        if position &+ 8 <= end {
            let word = unsafe UInt64(bigEndian: input.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let bytes = (64 &- count) &>> 3
            let taken = bytes &<< 3
            // Only whole bytes that there is room for; shifting by 64 is none.
            guard taken > 0 else { return }
            bits |= (word &>> UInt64(64 &- taken)) &<< UInt64(64 &- taken &- count)
            position &+= bytes
            count &+= taken
        } else {
            while count <= 56, position < end {
                bits |= UInt64(unsafe input[position]) &<< UInt64(56 &- count)
                position &+= 1
                count &+= 8
            }
        }
    }
}
