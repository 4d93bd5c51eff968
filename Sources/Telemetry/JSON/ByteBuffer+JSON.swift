public import Bytes

extension ByteBuffer {
    /// Appends `text` as the inside of a JSON string (RFC 8259, section 7), without the quotes.
    ///
    /// Whatever the bytes are, the result is valid JSON on one line and harmless on a terminal: control characters (C1
    /// too) become `\u00XX`, and bytes that are not UTF-8 are shown as the text `\xXX`.
    public mutating func append(jsonEscaping text: Span<UInt8>) {
        var index = text.countOfPlainText(from: 0)
        var plain = 0
        while index < text.count {
            let byte = text[index]
            let length = byte < 0x80 ? 0 : text.lengthOfUTF8Sequence(at: index)
            if length > 0, !(byte == 0xC2 && text[index + 1] < 0xA0) {
                index += length
                index += text.countOfPlainText(from: index)
                continue
            }
            append(text.extracting(plain..<index))
            if length > 0 {
                append("\\u00")
                append(hexadecimal: UInt64(text[index + 1]), minimumDigits: 2)
                index += length
            } else {
                append(jsonEscape: byte)
                index += 1
            }
            plain = index
            index += text.countOfPlainText(from: index)
        }
        append(text.extracting(plain..<index))
    }

    /// Appends `text` as a JSON string with its quotes.
    public mutating func append(jsonString text: Span<UInt8>) {
        append(UInt8(ascii: "\""))
        append(jsonEscaping: text)
        append(UInt8(ascii: "\""))
    }

    private mutating func append(jsonEscape byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        case 0x80...:
            append("\\\\x")
            append(hexadecimal: UInt64(byte), minimumDigits: 2)
        default:
            append("\\u00")
            append(hexadecimal: UInt64(byte), minimumDigits: 2)
        }
    }
}

extension Span where Element == UInt8 {
    /// The length of the well-formed multi-byte sequence at `index` (RFC 3629, section 4), or zero.
    fileprivate func lengthOfUTF8Sequence(at index: Int) -> Int {
        let lead = self[index]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if lead == 0xE0 { second = 0xA0...0xBF }
            if lead == 0xED { second = 0x80...0x9F }
        case 0xF0...0xF4:
            length = 4
            if lead == 0xF0 { second = 0x90...0xBF }
            if lead == 0xF4 { second = 0x80...0x8F }
        default: return 0
        }
        guard index + length <= count, second.contains(self[index + 1]) else { return 0 }
        for position in (index + 2)..<max(index + 2, index + length) where self[position] & 0xC0 != 0x80 { return 0 }
        return length
    }
}
