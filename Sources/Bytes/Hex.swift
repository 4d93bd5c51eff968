/// Hexadecimal text: two digits per byte.
public enum Hex {
    /// The bytes that `text` stands for, in either case; nil for an odd length or a byte that is no digit.
    public static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        for index in stride(from: 0, to: text.count, by: 2) {
            guard let high = ASCII.hexValue(text[index]), let low = ASCII.hexValue(text[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// `bytes` in lowercase digits.
    public static func encode(_ bytes: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for index in bytes.indices {
            text.append(ASCII.hexDigits[Int(bytes[index] >> 4)])
            text.append(ASCII.hexDigits[Int(bytes[index] & 15)])
        }
        return text
    }
}
