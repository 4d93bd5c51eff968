/// Tables and tests for single ASCII bytes, as HTTP and JSON text is made of them.
public enum ASCII {
    /// `0123456789abcdef`.
    public static let hexDigits: InlineArray<16, UInt8> = [
        48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102,
    ]

    /// The byte with `A`-`Z` folded to `a`-`z`; other bytes unchanged.
    @inlinable
    public static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 65 < 26 ? byte | 0x20 : byte
    }

    /// Whether the byte is `0`-`9`.
    @inlinable
    public static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

    /// Whether the byte is a letter or a digit.
    @inlinable
    public static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20) &- 97 < 26
    }

    /// The value of a hexadecimal digit in either case, or nil.
    @inlinable
    public static func hexValue(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte &- 48 }
        let letter = (byte | 0x20) &- 97
        return letter < 6 ? letter + 10 : nil
    }
}
