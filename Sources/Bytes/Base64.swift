/// Base64 with padding (RFC 4648 section 4), for the protocols that want this one; tokens want ``Base64URL``.
public enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// `bytes` as base64 text.
    public static func encode(_ bytes: Span<UInt8>) -> [UInt8] {
        let digits = digits
        let count = bytes.count
        return [UInt8](capacity: (count + 2) / 3 * 4) { output in
            let digits = digits.span
            let padding = UInt8(ascii: "=")
            var index = 0
            while index < count {
                let a = bytes[index]
                let b = index + 1 < count ? bytes[index + 1] : 0
                let c = index + 2 < count ? bytes[index + 2] : 0
                output.append(digits[Int(a >> 2)])
                output.append(digits[Int((a & 3) << 4 | b >> 4)])
                output.append(index + 1 < count ? digits[Int((b & 15) << 2 | c >> 6)] : padding)
                output.append(index + 2 < count ? digits[Int(c & 63)] : padding)
                index += 3
            }
        }
    }
}
