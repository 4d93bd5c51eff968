/// Base64url without padding (RFC 4648 section 5, RFC 7515 section 2), read strictly: one text for one value.
public enum Base64URL {
    /// Digit values by byte; 255 marks what is no digit.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The bytes that `text` stands for; nil for padding, white space, other bytes, an impossible length, or bits
    /// beyond the last byte that are not zero.
    public static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        let rest = text.count & 3
        guard rest != 1 else { return nil }
        let values = values
        let whole = text.count - rest
        // Digits are below 64: any of the two high bits in here tells of a byte that is none.
        var seen: UInt8 = 0
        let bytes = [UInt8](capacity: whole / 4 * 3 + max(rest - 1, 0)) { output in
            let values = values.span
            var index = 0
            while index < whole {
                let (a, b) = (values[Int(text[index])], values[Int(text[index + 1])])
                let (c, d) = (values[Int(text[index + 2])], values[Int(text[index + 3])])
                seen |= a | b | c | d
                output.append(a << 2 | b >> 4)
                output.append(b << 4 | c >> 2)
                output.append(c << 6 | d)
                index += 4
            }
            guard rest > 0 else { return }
            let (a, b) = (values[Int(text[index])], values[Int(text[index + 1])])
            let c = rest == 3 ? values[Int(text[index + 2])] : 0
            seen |= a | b | c
            output.append(a << 2 | b >> 4)
            if rest == 3 { output.append(b << 4 | c >> 2) }
            // The bits that no byte takes must be zero, or several texts would stand for one value.
            if rest == 2 ? b & 15 != 0 : c & 3 != 0 { seen = 255 }
        }
        return seen < 64 ? bytes : nil
    }

    /// `bytes` as base64url text without padding.
    public static func encode(_ bytes: Span<UInt8>) -> [UInt8] {
        let digits = digits
        let count = bytes.count
        return [UInt8](capacity: (count * 4 + 2) / 3) { output in
            let digits = digits.span
            var index = 0
            while index < count {
                let a = bytes[index]
                let b = index + 1 < count ? bytes[index + 1] : 0
                let c = index + 2 < count ? bytes[index + 2] : 0
                output.append(digits[Int(a >> 2)])
                output.append(digits[Int((a & 3) << 4 | b >> 4)])
                if index + 1 < count { output.append(digits[Int((b & 15) << 2 | c >> 6)]) }
                if index + 2 < count { output.append(digits[Int(c & 63)]) }
                index += 3
            }
        }
    }
}
