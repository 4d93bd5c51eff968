import Bytes

extension HuffmanCode {
    /// Appends the string that `coded` stands for (RFC 7541 section 5.2).
    ///
    /// Eight bits at a time, which hold the code of every symbol that is common in fields; a longer one is found by its
    /// length.
    func decode(_ coded: Span<UInt8>, to output: inout ByteBuffer) throws(HPACKError) {
        // The shortest code has five bits.
        let room = coded.count * 8 / 5
        guard room > 0 else {
            if coded.isEmpty { return }
            throw .badHuffman
        }
        var isWhole = false
        let steps = steps.span
        _ = unsafe output.fill(atLeast: room) { free in
            unsafe coded.withUnsafeBufferPointer { input in
                var written = 0
                var position = 0
                // The next bits of the input, from the highest; zeros below the last of `count`.
                var bits: UInt64 = 0
                var count = 0
                while true {
                    while count <= 56, position < input.count {
                        bits |= UInt64(unsafe input[position]) &<< UInt64(56 &- count)
                        count &+= 8
                        position &+= 1
                    }
                    let step = steps[Int(bits &>> 56)]
                    var symbol = step.symbol
                    var length = Int(step.length)
                    if length == 0 {
                        guard let long = longSymbol(UInt32(truncatingIfNeeded: bits &>> 32)) else { break }
                        (symbol, length) = long
                    }
                    guard length <= count else { break }
                    unsafe free[written] = symbol
                    written &+= 1
                    bits &<<= UInt64(length)
                    count &-= length
                }
                // What is left is padding: less than a byte, and the beginning of EOS, which is all ones.
                isWhole = count < 8 && bits == ~(UInt64.max &>> UInt64(count))
                return written
            }
        }
        if !isWhole { throw .badHuffman }
    }

    /// The symbol whose code, longer than eight bits, `bits` begin with; nil for EOS.
    private func longSymbol(_ bits: UInt32) -> (UInt8, Int)? {
        let rows = rows.span
        for index in rows.indices where bits < rows[index].end {
            let row = rows[index]
            let offset = Int(bits &>> UInt32(32 &- row.length)) &- Int(row.firstCode)
            let symbol = symbols[row.firstSymbol &+ offset]
            return symbol < Self.endOfString ? (UInt8(truncatingIfNeeded: symbol), Int(row.length)) : nil
        }
        return nil
    }
}
