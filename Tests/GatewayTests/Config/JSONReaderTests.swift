import Testing

@testable import Gateway

@Suite struct JSONReaderTests {
    private func parse(_ text: String) throws(JSONSyntaxError) -> JSONDocument {
        try JSONDocument(parsing: Array(text.utf8))
    }

    @Test(arguments: [
        ("", 1, 1, "the file is empty"),
        ("{\n  \"a\": 1,\n}", 3, 1, "a trailing comma is not allowed before '}'"),
        ("[1,\n 2,]", 2, 4, "a trailing comma is not allowed before ']'"),
        ("{\"a\": 1,\n \"a\": 2}", 2, 2, "duplicate key \"a\""),
        ("{\"a\": 1 // no\n}", 1, 9, "comments are not allowed"),
        ("{\"é\": 'x'}", 1, 7, "a string is written in double quotes"),
        ("{\"a\" 1}", 1, 6, "':' is expected after the key \"a\""),
        ("{\"a\": 1 \"b\": 2}", 1, 9, "',' or '}' is expected"),
        ("[1 2]", 1, 4, "',' or ']' is expected"),
        ("{a: 1}", 1, 2, "a key in double quotes is expected"),
        ("{\"a\": }", 1, 7, "a value is expected before '}'"),
        ("{\"a\": 01}", 1, 7, "a number has no leading zero"),
        ("{\"a\": 15s}", 1, 7, "a number with a unit is written in double quotes"),
        ("{\"a\": -}", 1, 7, "this is not a number"),
        ("{\"a\": 1.}", 1, 7, "this is not a number"),
        ("{\"a\": True}", 1, 7, "'True' is not a value; a string is written in double quotes"),
        ("{\"a\": \"b\n\"}", 1, 7, "this string is never closed"),
        ("{\"a\": \"\\x\"}", 1, 8, "unknown escape in a string"),
        ("{\"a\": \"\\ud800\"}", 1, 8, "a surrogate in a string has no partner"),
        ("{\"a\": \"\\u12\"}", 1, 8, "\\u wants four hexadecimal digits"),
        ("{\"a\": \"\t\"}", 1, 8, "a control character must be escaped"),
        ("{} {}", 1, 4, "nothing may follow the closing bracket"),
        ("{\n\"a\": [1, 2", 2, 6, "this '[' is never closed"),
        ("\u{FEFF}{}", 1, 1, "a byte order mark is not allowed"),
        (String(repeating: "[", count: 65), 1, 65, "nested deeper than 64 levels"),
    ])
    func `What is not JSON is refused with its place`(text: String, line: Int, column: Int, message: String) {
        let bytes = Array(text.utf8)
        do throws(JSONSyntaxError) {
            _ = try parse(text)
            Issue.record("accepted \(text)")
        } catch {
            #expect(error.message == message)
            #expect(LineIndex(bytes).position(of: error.offset) == (line, column))
        }
    }

    @Test func `Invalid UTF-8 is refused`() {
        #expect(throws: JSONSyntaxError(offset: 1, message: "this string is not valid UTF-8")) {
            try JSONDocument(parsing: [0x5B, 0x22, 0xC3, 0x28, 0x22, 0x5D])
        }
    }

    @Test func `Values and their places are kept`() throws {
        let document = try parse("{\n  \"a\": [true, null, \"\\u00e9\\ud83d\\ude00\\n\"],\n  \"b\": -1.5e3 }")
        guard case .array(let elements)? = document.root["a"]?.kind, case .string(let text) = elements[2].kind else {
            Issue.record("the array is missing")
            return
        }
        #expect(text == "é😀\n")
        guard case .number(let number)? = document.root["b"]?.kind else {
            Issue.record("the number is missing")
            return
        }
        #expect(number == "-1.5e3")
        #expect(document.lines.position(of: document.root["b"]!.offset) == (3, 8))
    }

    @Test func `Every cut and every changed byte of a file is an error or a value, never a trap`() {
        let bytes = Array(#"{"a": ["\u00e9x", 1.5, -2e3, true, null, {"b": {}}], "ü": false}"#.utf8)
        for end in bytes.indices { _ = try? JSONDocument(parsing: Array(bytes[..<end])) }
        for index in bytes.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = bytes
                changed[index] = byte
                _ = try? JSONDocument(parsing: changed)
            }
        }
    }
}
