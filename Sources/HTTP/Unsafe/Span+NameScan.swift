extension Span where Element == UInt8 {
    /// The first byte from `start` on that no token holds; `end` when there is none before it.
    @inline(__always)
    func endOfToken(from start: Int, to end: Int) -> Int {
        precondition(start >= 0 && start <= end && end <= count, "scanned outside of the span")
        return unsafe withUnsafeBufferPointer { bytes in
            var position = start
            while position < end, FieldSyntax.isTokenByte(unsafe bytes[position]) { position &+= 1 }
            return position
        }
    }

    /// Whether the span holds `name` in any case; `name` is made of `a`-`z`, digits and `-`.
    ///
    /// Eight bytes at a time, the last ones perhaps twice: a head has ten names to look up.
    func equalsName(_ name: StaticString) -> Bool {
        let count = count
        guard count == name.utf8CodeUnitCount, count > 0 else { return false }
        return unsafe withUnsafeBytes { bytes in
            let expected = unsafe UnsafeRawPointer(name.utf8Start)
            if count >= 8 {
                var offset = 0
                while offset &+ 8 < count {
                    let word = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    let key = unsafe expected.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    if !Self.isSame(word, key) { return false }
                    offset &+= 8
                }
                let word = unsafe bytes.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
                let key = unsafe expected.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
                return Self.isSame(word, key)
            }
            var offset = 0
            while offset < count {
                let byte = unsafe bytes[offset]
                let key = unsafe expected.load(fromByteOffset: offset, as: UInt8.self)
                if byte | (key & 0x40) &>> 1 != key { return false }
                offset &+= 1
            }
            return true
        }
    }

    /// Compares with the case bit set in those bytes of `word` where `key` holds a letter, which only letters have 0x40
    /// for.
    @inline(__always)
    private static func isSame(_ word: UInt64, _ key: UInt64) -> Bool {
        word | (key & 0x4040_4040_4040_4040) &>> 1 == key
    }
}
