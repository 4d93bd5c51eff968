import Bytes

/// Reads one JSON text (RFC 8259), strictly: no duplicate names, no lone surrogates, no bytes behind it.
struct JSONParser: ~Escapable {
    private let bytes: Span<UInt8>
    private var position = 0
    /// Containers may nest this deep: recursion is bounded, whatever a client sends.
    private static let deepest = 32

    /// Why and where the text is not JSON.
    struct Failure: Error, Hashable {
        let reason: StaticReason
        let offset: Int
    }

    enum StaticReason: String {
        case unexpected = "something else was expected"
        case incomplete = "the text ends too early"
        case tooDeep = "it is nested too deeply"
        case duplicate = "an object has two members of one name"
        case badString = "a string is not valid text"
        case badNumber = "a number is not well-formed"
    }

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
    }

    /// The value that `bytes` hold.
    static func parse(_ bytes: Span<UInt8>) throws(Failure) -> JSON {
        var parser = JSONParser(bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.failure(.unexpected) }
        return value
    }

    private mutating func value(depth: Int) throws(Failure) -> JSON {
        guard depth < Self.deepest else { throw failure(.tooDeep) }
        skipSpace()
        switch try peek() {
        case UInt8(ascii: "{"): return .object(try members(depth: depth))
        case UInt8(ascii: "["): return .array(try elements(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func members(depth: Int) throws(Failure) -> [JSON.Member] {
        position += 1
        var members: [JSON.Member] = []
        var names: Set<String> = []
        skipSpace()
        if try peek() == UInt8(ascii: "}") {
            position += 1
            return []
        }
        while true {
            skipSpace()
            guard try peek() == UInt8(ascii: "\"") else { throw failure(.unexpected) }
            let name = try string()
            guard names.insert(name).inserted else { throw failure(.duplicate) }
            skipSpace()
            try expect(UInt8(ascii: ":"))
            try members.append(JSON.Member(name, value(depth: depth + 1)))
            if try !hasMore(closing: UInt8(ascii: "}")) { return members }
        }
    }

    private mutating func elements(depth: Int) throws(Failure) -> [JSON] {
        position += 1
        var elements: [JSON] = []
        skipSpace()
        if try peek() == UInt8(ascii: "]") {
            position += 1
            return []
        }
        while true {
            try elements.append(value(depth: depth + 1))
            if try !hasMore(closing: UInt8(ascii: "]")) { return elements }
        }
    }

    private mutating func hasMore(closing: UInt8) throws(Failure) -> Bool {
        skipSpace()
        let byte = try peek()
        guard byte == closing || byte == UInt8(ascii: ",") else { throw failure(.unexpected) }
        position += 1
        return byte != closing
    }

    private mutating func number() throws(Failure) -> String {
        let start = position
        if try peek() == UInt8(ascii: "-") { position += 1 }
        let leading = try peek()
        guard ASCII.isDigit(leading) else { throw failure(start == position ? .unexpected : .badNumber) }
        let whole = skipDigits()
        if leading == UInt8(ascii: "0"), whole > 1 { throw failure(.badNumber) }
        if current == UInt8(ascii: ".") {
            position += 1
            guard skipDigits() > 0 else { throw failure(.badNumber) }
        }
        if let byte = current, byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() > 0 else { throw failure(.badNumber) }
        }
        return bytes.extracting(start..<position).text
    }

    private mutating func string() throws(Failure) -> String {
        position += 1
        var text: [UInt8] = []
        while true {
            let byte = try peek()
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw failure(.badString) }
                return string
            case UInt8(ascii: "\\"): try appendEscape(to: &text)
            case ..<0x20: throw failure(.badString)
            default: text.append(byte)
            }
        }
    }

    private mutating func appendEscape(to text: inout [UInt8]) throws(Failure) {
        let byte = try peek()
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if 0xd800..<0xdc00 ~= code {
                try expect(UInt8(ascii: "\\"))
                try expect(UInt8(ascii: "u"))
                let low = try hexadecimal()
                guard 0xdc00..<0xe000 ~= low else { throw failure(.badString) }
                code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw failure(.badString) }
            text.append(contentsOf: UTF8.encode(scalar)!)
        default: throw failure(.badString)
        }
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = ASCII.hexValue(try peek()) else { throw failure(.badString) }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(Failure) -> JSON {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes.extracting(position..<end).equals(word) else { throw failure(.unexpected) }
        position = end
        return value
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func peek() throws(Failure) -> UInt8 {
        guard position < bytes.count else { throw failure(.incomplete) }
        return bytes[position]
    }

    private mutating func expect(_ byte: UInt8) throws(Failure) {
        guard try peek() == byte else { throw failure(.unexpected) }
        position += 1
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = current, ASCII.isDigit(byte) { position += 1 }
        return position - start
    }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private func failure(_ reason: StaticReason) -> Failure { Failure(reason: reason, offset: position) }
}
