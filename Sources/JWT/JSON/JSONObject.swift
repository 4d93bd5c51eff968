import Bytes

/// A JSON object whose names are known to be unique, with its members' values as ranges of one block of bytes.
struct JSONObject: Sendable {
    struct Member: Sendable {
        /// The name's characters, with escapes resolved.
        let name: Range<Int>
        let value: JSONValue
    }

    /// The text, and behind it the strings that had escapes.
    private(set) var storage: [UInt8]
    private(set) var members: [Member] = []

    /// Up to here names are compared one with another, beyond in a set: many names must not cost their square.
    private static let linearLimit = 16

    /// Reads a text that is one object and nothing else.
    init(_ text: [UInt8]) throws(JSONError) {
        guard Self.isUTF8(text) else { throw .malformed }
        var reader = JSONReader(text, range: 0..<text.count)
        var seen: Set<[UInt8]> = []
        try reader.expect(UInt8(ascii: "{"))
        if !reader.take(UInt8(ascii: "}")) {
            repeat {
                let name = try reader.readString()
                try Self.check(name, in: reader.storage, against: members, seen: &seen)
                try reader.expect(UInt8(ascii: ":"))
                members.append(Member(name: name, value: try reader.readValue()))
            } while reader.take(UInt8(ascii: ","))
            try reader.expect(UInt8(ascii: "}"))
        }
        guard reader.peek() == nil else { throw .malformed }
        storage = reader.storage
    }

    private static func isUTF8(_ text: [UInt8]) -> Bool {
        do {
            _ = try UTF8Span(validating: text.span)
            return true
        } catch {
            return false
        }
    }

    private static func check(
        _ name: Range<Int>, in storage: [UInt8], against members: [Member], seen: inout Set<[UInt8]>
    ) throws(JSONError) {
        if members.count < linearLimit {
            let span = storage.span
            for member in members where span.extracting(member.name).equals(span.extracting(name)) {
                throw .duplicateName
            }
        } else {
            if seen.isEmpty { seen = Set(members.map { Array(storage[$0.name]) }) }
            guard seen.insert(Array(storage[name])).inserted else { throw .duplicateName }
        }
    }
}

extension JSONObject {
    /// The value of this name.
    func value(_ name: StaticString) -> JSONValue? {
        let span = storage.span
        for member in members where span.extracting(member.name).equals(name) { return member.value }
        return nil
    }

    /// The bytes of a range of this object.
    @_lifetime(borrow self)
    func bytes(_ range: Range<Int>) -> Span<UInt8> {
        storage.span.extracting(range)
    }

    /// A copy of the characters of the string of this name; nil when there is none or it is not a string.
    func string(_ name: StaticString) -> [UInt8]? {
        guard let value = value(name), value.kind == .string else { return nil }
        return Array(storage[value.range])
    }

    /// Where the elements of an array are, all of which must be strings; nil otherwise.
    mutating func strings(in array: JSONValue) -> [Range<Int>]? {
        elements(of: array) { reader throws(JSONError) in try reader.readString() }
    }

    /// The elements of an array, all of which must be objects; nil otherwise.
    mutating func objects(in array: JSONValue) -> [JSONObject]? {
        elements(of: array) { reader throws(JSONError) in
            let value = try reader.readValue()
            guard value.kind == .object else { throw .malformed }
            return try JSONObject(Array(reader.storage[value.range]))
        }
    }

    private mutating func elements<Element>(
        of array: JSONValue, read: (inout JSONReader) throws(JSONError) -> Element
    ) -> [Element]? {
        guard array.kind == .array else { return nil }
        // The storage moves into the reader and back, so that a string with escapes can be resolved behind the text.
        var reader = JSONReader(storage, range: array.range)
        storage = []
        defer { storage = reader.storage }
        do throws(JSONError) {
            var elements: [Element] = []
            try reader.expect(UInt8(ascii: "["))
            if reader.take(UInt8(ascii: "]")) { return elements }
            repeat { elements.append(try read(&reader)) } while reader.take(UInt8(ascii: ","))
            try reader.expect(UInt8(ascii: "]"))
            return elements
        } catch {
            return nil
        }
    }

    /// Appends bytes of its own to the storage and returns where they are.
    mutating func append(_ bytes: [UInt8]) -> Range<Int> {
        let start = storage.count
        storage += bytes
        return start..<storage.count
    }
}
