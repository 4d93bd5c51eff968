extension Span where Element == UInt8 {
    /// The first control character (below 0x20, or 0x7F) from `start` on; `end` when there is none before it.
    ///
    /// Eight bytes at a time: this is where a head's longest stretches, cookies and tokens, go through.
    @inline(__always)
    func firstControl(from start: Int, to end: Int) -> Int {
        precondition(start >= 0 && start <= end && end <= count, "scanned outside of the span")
        return unsafe withUnsafeBytes { bytes in
            var position = start
            while position &+ 8 <= end {
                let word = unsafe UInt64(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                // A borrow can only mark bytes above one that is truly marked, so the lowest mark is exact.
                let below = (word &- 0x2020_2020_2020_2020) & ~word
                let delete = word ^ 0x7F7F_7F7F_7F7F_7F7F
                let marks = (below | ((delete &- 0x0101_0101_0101_0101) & ~delete)) & 0x8080_8080_8080_8080
                if marks != 0 { return position &+ (marks.trailingZeroBitCount &>> 3) }
                position &+= 8
            }
            while position < end {
                let byte = unsafe bytes[position]
                if byte < 0x20 || byte == 0x7F { return position }
                position &+= 1
            }
            return end
        }
    }
}
