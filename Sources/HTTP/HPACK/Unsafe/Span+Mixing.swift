extension Span where Element == UInt8 {
    /// A hash of the bytes for a small table that is this connection's own: fast, and no secret. Who makes values collide
    /// makes his own fields a few bytes longer.
    func mixed(seed: UInt32) -> UInt32 {
        let length = count
        let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
        var state = (UInt64(seed) &<< 32 | UInt64(truncatingIfNeeded: length)) &* factor
        unsafe withUnsafeBytes { bytes in
            if length >= 8 {
                var offset = 0
                while offset &+ 8 < length {
                    let word = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    state = (state ^ word) &* factor
                    state ^= state &>> 29
                    offset &+= 8
                }
                let word = unsafe bytes.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)
                state = (state ^ word) &* factor
            } else {
                var word: UInt64 = 0
                for index in 0..<length { word = word &<< 8 | UInt64(unsafe bytes[index]) }
                state = (state ^ word) &* factor
            }
        }
        return UInt32(truncatingIfNeeded: state &>> 32) ^ UInt32(truncatingIfNeeded: state &>> 17)
    }
}
