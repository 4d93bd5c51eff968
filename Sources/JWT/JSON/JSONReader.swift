import Bytes

/// Reads JSON (RFC 8259) strictly, in one pass over UTF-8 bytes.
///
/// Values are ranges of the storage. A string with escapes is resolved behind the text, so that every range of a string
/// is its plain characters.
struct JSONReader {
    private(set) var storage: [UInt8]
    private let end: Int
    private var position: Int

    /// How deeply values may nest.
    private static let maximumDepth = 16

    /// - Parameter range: the part of `storage` that is the text; it must be valid UTF-8.
    init(_ storage: consuming [UInt8], range: Range<Int>) {
        self.storage = storage
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next byte after white space, or nil at the end.
    mutating func peek() -> UInt8? {
        while position < end {
            switch storage[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case let byte: return byte
            }
        }
        return nil
    }

    /// Whether the next byte after white space is `byte`, which is then read.
    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard take(byte) else { throw .malformed }
    }

    /// Reads a value. Inside of arrays and objects nothing but the form is looked at.
    mutating func readValue() throws(JSONError) -> JSONValue {
        guard let first = peek() else { throw .malformed }
        if first == UInt8(ascii: "\"") { return JSONValue(kind: .string, range: try readString()) }
        let start = position
        let kind = try skipValue(depth: 1)
        return JSONValue(kind: kind, range: start..<position)
    }

    private mutating func skipValue(depth: Int) throws(JSONError) -> JSONValue.Kind {
        guard depth <= Self.maximumDepth, let first = peek() else { throw .malformed }
        switch first {
        case UInt8(ascii: "\""):
            _ = try scanString()
            return .string
        case UInt8(ascii: "{"):
            position += 1
            if take(UInt8(ascii: "}")) { return .object }
            repeat {
                guard peek() == UInt8(ascii: "\"") else { throw .malformed }
                _ = try scanString()
                try expect(UInt8(ascii: ":"))
                _ = try skipValue(depth: depth + 1)
            } while take(UInt8(ascii: ","))
            try expect(UInt8(ascii: "}"))
            return .object
        case UInt8(ascii: "["):
            position += 1
            if take(UInt8(ascii: "]")) { return .array }
            repeat { _ = try skipValue(depth: depth + 1) } while take(UInt8(ascii: ","))
            try expect(UInt8(ascii: "]"))
            return .array
        case UInt8(ascii: "t"):
            try skip("true")
            return .boolean
        case UInt8(ascii: "f"):
            try skip("false")
            return .boolean
        case UInt8(ascii: "n"):
            try skip("null")
            return .null
        default:
            try skipNumber()
            return .number
        }
    }

    private mutating func skip(_ word: StaticString) throws(JSONError) {
        let count = word.utf8CodeUnitCount
        guard end - position >= count, storage.span.extracting(position..<position + count).equals(word) else {
            throw .malformed
        }
        position += count
    }

    private mutating func skipNumber() throws(JSONError) {
        skipIf { $0 == UInt8(ascii: "-") }
        if !skipIf({ $0 == UInt8(ascii: "0") }) { try skipDigits() }
        if skipIf({ $0 == UInt8(ascii: ".") }) { try skipDigits() }
        if skipIf({ $0 | 0x20 == UInt8(ascii: "e") }) {
            skipIf { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
            try skipDigits()
        }
    }

    @discardableResult
    private mutating func skipIf(_ matches: (UInt8) -> Bool) -> Bool {
        guard position < end, matches(storage[position]) else { return false }
        position += 1
        return true
    }

    private mutating func skipDigits() throws(JSONError) {
        let start = position
        while position < end, ASCII.isDigit(storage[position]) { position += 1 }
        if position == start { throw .malformed }
    }

    /// Moves past a string, whose opening quote is next. Escapes are only stepped over.
    ///
    /// - Returns: the range between the quotes, and whether there are escapes in it.
    private mutating func scanString() throws(JSONError) -> (range: Range<Int>, hasEscapes: Bool) {
        position += 1
        let start = position
        var hasEscapes = false
        while position < end {
            switch storage[position] {
            case UInt8(ascii: "\""):
                let range = start..<position
                position += 1
                return (range, hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                position += 2
            case 0..<0x20: throw .malformed
            default: position += 1
            }
        }
        throw .malformed
    }
}

extension JSONReader {
    /// Reads a string, whose opening quote is next.
    ///
    /// - Returns: where its characters are, with escapes resolved.
    mutating func readString() throws(JSONError) -> Range<Int> {
        guard peek() == UInt8(ascii: "\"") else { throw .malformed }
        let (range, hasEscapes) = try scanString()
        guard hasEscapes else { return range }
        let start = storage.count
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = storage[index]
            index += 1
            if byte != UInt8(ascii: "\\") {
                storage.append(byte)
            } else {
                try resolveEscape(at: &index, before: range.upperBound)
            }
        }
        return start..<storage.count
    }

    private mutating func resolveEscape(at index: inout Int, before limit: Int) throws(JSONError) {
        guard index < limit else { throw .malformed }
        let byte = storage[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): storage.append(byte)
        case UInt8(ascii: "b"): storage.append(0x08)
        case UInt8(ascii: "f"): storage.append(0x0C)
        case UInt8(ascii: "n"): storage.append(0x0A)
        case UInt8(ascii: "r"): storage.append(0x0D)
        case UInt8(ascii: "t"): storage.append(0x09)
        case UInt8(ascii: "u"):
            var value = try codeUnit(at: &index, before: limit)
            if 0xD800..<0xDC00 ~= value {
                guard limit - index >= 2, storage[index] == UInt8(ascii: "\\"), storage[index + 1] == UInt8(ascii: "u")
                else { throw .malformed }
                index += 2
                let low = try codeUnit(at: &index, before: limit)
                guard 0xDC00..<0xE000 ~= low else { throw .malformed }
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            }
            // What is left of the surrogates stands alone, and is no character.
            guard let scalar = Unicode.Scalar(value) else { throw .malformed }
            storage.append(contentsOf: UTF8.encode(scalar)!)
        default: throw .malformed
        }
    }

    private func codeUnit(at index: inout Int, before limit: Int) throws(JSONError) -> UInt32 {
        guard limit - index >= 4 else { throw .malformed }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = ASCII.hexValue(storage[index]) else { throw .malformed }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}
