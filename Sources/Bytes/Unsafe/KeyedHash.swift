/// A 64-bit hash of bytes under a key that is drawn when the process starts (SipHash-1-3), so that nobody outside can
/// choose bytes that collide in our tables.
public enum KeyedHash {
    /// The hash of one or two numbers.
    @inlinable
    public static func hash(_ first: UInt64, _ second: UInt64 = 0) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(first)
        hasher.combine(second)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    /// The hash of `bytes`; `seed` separates tables that must not share collisions.
    @inlinable
    public static func hash(_ bytes: Span<UInt8>, seed: UInt64 = 0) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(seed)
        unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
