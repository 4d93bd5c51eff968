import Bytes

extension HuffmanCode {
    /// How many bytes ``encode(_:length:to:)`` makes of the string.
    func encodedLength(_ string: Span<UInt8>) -> Int {
        let codes = codes.span
        var bits = 0
        for index in string.indices { bits &+= Int(codes[Int(string[index])].length) }
        return (bits &+ 7) / 8
    }

    /// Appends the code of a string.
    ///
    /// - Parameter length: its ``encodedLength(_:)``.
    func encode(_ string: Span<UInt8>, length: Int, to output: inout ByteBuffer) {
        let codes = codes.span
        // Four bytes are stored at a time, of which the last may be beyond the end.
        _ = unsafe output.fill(atLeast: length + 4) { free in
            var written = 0
            // The bits that are not stored yet, the last one lowest.
            var bits: UInt64 = 0
            var count = 0
            for index in string.indices {
                let code = codes[Int(string[index])]
                bits = (bits &<< UInt64(code.length)) | UInt64(code.bits)
                count &+= Int(code.length)
                if count >= 32 {
                    count &-= 32
                    let word = UInt32(truncatingIfNeeded: bits &>> UInt64(count))
                    unsafe free.storeBytes(of: word.bigEndian, toByteOffset: written, as: UInt32.self)
                    written &+= 4
                }
            }
            if count > 0 {
                // The last byte is filled up with ones, as EOS begins.
                let spare = UInt64(32 &- count)
                let padded = (bits &<< spare) | ((1 &<< spare) &- 1)
                let word = UInt32(truncatingIfNeeded: padded)
                unsafe free.storeBytes(of: word.bigEndian, toByteOffset: written, as: UInt32.self)
            }
            return length
        }
    }
}
