import Bytes

/// Reads one JSON string (RFC 8259 section 7): escapes are decoded, lone surrogates and invalid UTF-8 refused.
struct JSONStringScanner {
    let bytes: [UInt8]
    var position: Int

    /// Reads from the opening quote to behind the closing one.
    mutating func scan() throws(JSONSyntaxError) -> String {
        let open = position
        position += 1
        var decoded: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                guard let text = String(validating: decoded, as: UTF8.self) else {
                    throw JSONSyntaxError(offset: open, message: "this string is not valid UTF-8")
                }
                return text
            }
            if byte == UInt8(ascii: "\n") { break }
            if byte < 0x20 {
                throw JSONSyntaxError(offset: position, message: "a control character must be escaped")
            }
            if byte == UInt8(ascii: "\\") {
                try scanEscape(into: &decoded)
            } else {
                decoded.append(byte)
                position += 1
            }
        }
        throw JSONSyntaxError(offset: open, message: "this string is never closed")
    }

    private mutating func scanEscape(into decoded: inout [UInt8]) throws(JSONSyntaxError) {
        let start = position
        position += 2
        switch start + 1 < bytes.count ? bytes[start + 1] : 0 {
        case UInt8(ascii: "\""): decoded.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): decoded.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): decoded.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"): decoded.append(contentsOf: Array(Character(try scanUnicode(from: start)).utf8))
        default: throw JSONSyntaxError(offset: start, message: "unknown escape in a string")
        }
    }

    private mutating func scanUnicode(from start: Int) throws(JSONSyntaxError) -> Unicode.Scalar {
        let unit = try scanHex(from: start)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        let paired =
            position + 1 < bytes.count && bytes[position] == UInt8(ascii: "\\")
            && bytes[position + 1] == UInt8(ascii: "u")
        if unit < 0xDC00, paired {
            position += 2
            let low = try scanHex(from: start)
            if low >= 0xDC00, low < 0xE000,
                let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
            {
                return scalar
            }
        }
        throw JSONSyntaxError(offset: start, message: "a surrogate in a string has no partner")
    }

    private mutating func scanHex(from start: Int) throws(JSONSyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count, let digit = ASCII.hexValue(bytes[position]) else {
                throw JSONSyntaxError(offset: start, message: "\\u wants four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
