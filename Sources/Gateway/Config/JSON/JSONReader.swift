import Bytes

/// A strict recursive-descent reader (RFC 8259) that keeps the offset of every key and value.
struct JSONReader {
    private static let deepest = 64

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads one value and nothing after it but white space.
    mutating func readDocument() throws(JSONSyntaxError) -> JSONNode {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw failure("a byte order mark is not allowed") }
        try skipSpace()
        if position == bytes.count { throw failure("the file is empty") }
        let node = try readValue()
        try skipSpace()
        if position < bytes.count { throw failure("nothing may follow the closing bracket") }
        return node
    }

    private mutating func readValue() throws(JSONSyntaxError) -> JSONNode {
        let start = position
        guard let byte = peek() else { throw failure("the file ends where a value is expected") }
        switch byte {
        case UInt8(ascii: "{"): return JSONNode(kind: .object(try readMembers()), offset: start)
        case UInt8(ascii: "["): return JSONNode(kind: .array(try readElements()), offset: start)
        case UInt8(ascii: "\""): return JSONNode(kind: .string(try readString()), offset: start)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return JSONNode(kind: .number(try readNumber()), offset: start)
        case UInt8(ascii: "'"): throw failure("a string is written in double quotes")
        case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ","):
            throw failure("a value is expected before '\(Character(Unicode.Scalar(byte)))'")
        default: return JSONNode(kind: try readWord(), offset: start)
        }
    }

    private mutating func readWord() throws(JSONSyntaxError) -> JSONNode.Kind {
        let start = position
        while let byte = peek(), ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "_") { position += 1 }
        switch String(decoding: bytes[start..<position], as: UTF8.self) {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "null": return .null
        case "": throw failure("a value is expected", at: start)
        case let word: throw failure("'\(word)' is not a value; a string is written in double quotes", at: start)
        }
    }

    private mutating func readMembers() throws(JSONSyntaxError) -> [JSONMember] {
        try descend()
        var members: [JSONMember] = []
        var seen: Set<String> = []
        let open = position
        position += 1
        try skipSpace()
        while true {
            if members.isEmpty, take(UInt8(ascii: "}")) { break }
            guard let byte = peek() else { throw failure("this '{' is never closed", at: open) }
            if byte == UInt8(ascii: "}") { throw failure("a trailing comma is not allowed before '}'") }
            guard byte == UInt8(ascii: "\"") else { throw failure("a key in double quotes is expected") }
            let keyOffset = position
            let key = try readString()
            if !seen.insert(key).inserted { throw failure("duplicate key \"\(key)\"", at: keyOffset) }
            try skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("':' is expected after the key \"\(key)\"") }
            try skipSpace()
            members.append(JSONMember(key: key, keyOffset: keyOffset, value: try readValue()))
            try skipSpace()
            if take(UInt8(ascii: ",")) {
                try skipSpace()
                continue
            }
            if take(UInt8(ascii: "}")) { break }
            if position == bytes.count { throw failure("this '{' is never closed", at: open) }
            throw failure("',' or '}' is expected")
        }
        depth -= 1
        return members
    }

    private mutating func readElements() throws(JSONSyntaxError) -> [JSONNode] {
        try descend()
        var elements: [JSONNode] = []
        let open = position
        position += 1
        try skipSpace()
        while true {
            if elements.isEmpty, take(UInt8(ascii: "]")) { break }
            if peek() == nil { throw failure("this '[' is never closed", at: open) }
            if peek() == UInt8(ascii: "]") { throw failure("a trailing comma is not allowed before ']'") }
            elements.append(try readValue())
            try skipSpace()
            if take(UInt8(ascii: ",")) {
                try skipSpace()
                continue
            }
            if take(UInt8(ascii: "]")) { break }
            if position == bytes.count { throw failure("this '[' is never closed", at: open) }
            throw failure("',' or ']' is expected")
        }
        depth -= 1
        return elements
    }

    private mutating func readNumber() throws(JSONSyntaxError) -> String {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if take(UInt8(ascii: "0")) {
            if let byte = peek(), ASCII.isDigit(byte) { throw failure("a number has no leading zero", at: start) }
        } else {
            try readDigits(from: start)
        }
        if take(UInt8(ascii: ".")) { try readDigits(from: start) }
        if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
            try readDigits(from: start)
        }
        if let byte = peek(), ASCII.isAlphanumeric(byte) {
            throw failure("a number with a unit is written in double quotes", at: start)
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func readDigits(from start: Int) throws(JSONSyntaxError) {
        let first = position
        while let byte = peek(), ASCII.isDigit(byte) { position += 1 }
        if position == first { throw failure("this is not a number", at: start) }
    }

    private mutating func readString() throws(JSONSyntaxError) -> String {
        var scanner = JSONStringScanner(bytes: bytes, position: position)
        let text = try scanner.scan()
        position = scanner.position
        return text
    }

    private mutating func skipSpace() throws(JSONSyntaxError) {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
        if peek() == UInt8(ascii: "/") || peek() == UInt8(ascii: "#") { throw failure("comments are not allowed") }
    }

    private mutating func descend() throws(JSONSyntaxError) {
        if depth == Self.deepest { throw failure("nested deeper than \(Self.deepest) levels") }
        depth += 1
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    private func peek() -> UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private func failure(_ message: String, at offset: Int? = nil) -> JSONSyntaxError {
        JSONSyntaxError(offset: offset ?? position, message: message)
    }
}
