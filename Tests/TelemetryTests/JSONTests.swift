import Bytes
import Telemetry
import Testing

@Suite struct JSONTests {
    @Test(
        arguments: [
            (Array("plain text".utf8), "plain text"),
            (Array("a\"b\\c/d".utf8), #"a\"b\\c/d"#),
            ([0x0A, 0x0D, 0x09, 0x00, 0x1B, 0x7F], #"\n\r\t\u0000\u001b\u007f"#),
            (Array("Grüße, 世界 🎉".utf8), "Grüße, 世界 🎉"),
            ([0xC2, 0x9B, 0x41], #"\u009bA"#),
            ([0xC2, 0xA0], "\u{A0}"),
            ([0x41, 0xFF, 0x42], #"A\\xffB"#),
            ([0xC0, 0xAF], #"\\xc0\\xaf"#),
            ([0xED, 0xA0, 0x80], #"\\xed\\xa0\\x80"#),
            ([0xE2, 0x82], #"\\xe2\\x82"#),
            ([0xF4, 0x90, 0x80, 0x80], #"\\xf4\\x90\\x80\\x80"#),
            ([0xF0, 0x80, 0x80, 0x80], #"\\xf0\\x80\\x80\\x80"#),
            ([0xE2, 0x28, 0xA1], #"\\xe2(\\xa1"#),
            ([0x80], #"\\x80"#),
            ([], ""),
        ] as [([UInt8], String)])
    func `any bytes become one line of valid JSON`(bytes: [UInt8], expected: String) {
        var buffer = ByteBuffer()
        buffer.append(jsonEscaping: bytes.span)
        #expect(buffer.readable.text == expected)
    }

    @Test func `commas stand between members and elements only`() {
        var json = JSONWriter()
        json.object { json in
            json.member("a", "x")
            json.name("b")
            json.array { json in
                json.value(1)
                json.value(-2)
                json.array { _ in }
                json.object { _ in }
                json.null()
                json.value(1.5)
                json.value(Double.nan)
            }
            json.member("c", true)
            json.member("d", ifPresent: nil)
            json.member("e", ifPresent: "{")
            json.member("f", 3)
        }
        let text = json.finish().readable.text
        #expect(text == #"{"a":"x","b":[1,-2,[],{},null,1.5,null],"c":true,"e":"{","f":3}"#)
    }
}
