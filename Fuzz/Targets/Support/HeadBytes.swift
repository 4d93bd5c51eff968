import Bytes
import HTTP

/// What the bytes of an accepted head may not hold, read off without any parser (RFC 9112 sections 2.2 and 5).
///
/// Two servers that disagree about one of these can be made to see different requests in the same bytes.
func checkHeadBytes(_ head: Span<UInt8>) throws(Violation) {
    let bytes = head.array
    try hold(bytes.suffix(4) == [13, 10, 13, 10], "a head ends in an empty line")
    for (index, byte) in bytes.enumerated() {
        switch byte {
        case 13: try hold(bytes[index + 1] == 10, "a CR is followed by LF")
        case 10:
            try hold(index > 0 && bytes[index - 1] == 13, "an LF follows a CR")
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            try hold(next != 0x20 && next != 0x09, "no line is folded")
        case 9: break
        default: try hold(byte >= 0x20 && byte != 0x7F, "a head holds no control characters")
        }
    }
    let emptyLines = bytes.indices.dropLast(3).filter { Array(bytes[$0..<$0 + 4]) == [13, 10, 13, 10] }
    try hold(emptyLines == [bytes.count - 4], "a head ends at its first empty line")
}

/// The fields of a block, as they compare.
struct FieldsPicture: Equatable {
    var fields: [[UInt8]] = []
    var known: [KnownField] = []

    init(_ block: borrowing FieldBlock) {
        for index in 0..<block.count {
            fields.append(block.name(at: index).array + [0x3A] + block.value(at: index).array)
            known.append(block.known(at: index))
        }
    }
}

/// What a block promises about each of its fields.
func checkFields(_ block: borrowing FieldBlock) throws(Violation) {
    for index in 0..<block.count {
        let name = block.name(at: index)
        let value = block.value(at: index).array
        try hold(FieldSyntax.isToken(name), "a name is a token")
        try hold(value.allSatisfy(FieldSyntax.isValueByte), "a value holds no control characters")
        try hold(value.first != 0x20 && value.first != 0x09, "a value starts with no whitespace")
        try hold(value.last != 0x20 && value.last != 0x09, "a value ends in no whitespace")
        let lowercased = name.array.map(ASCII.lowercased)
        let expected = KnownField.allCases.first { Array("\($0.name)".utf8) == lowercased } ?? .other
        try hold(block.known(at: index) == expected, "a name is known as \(expected), not \(block.known(at: index))")
    }
}

/// How often a field of this name, in lower case, occurs.
func occurrences(of name: String, in block: borrowing FieldBlock) -> Int {
    let wanted = Array(name.utf8)
    var count = 0
    for index in 0..<block.count where block.name(at: index).array.map(ASCII.lowercased) == wanted { count += 1 }
    return count
}
