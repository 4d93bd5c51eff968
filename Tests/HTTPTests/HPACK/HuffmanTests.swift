import Bytes
import HTTP
import Testing

/// The Huffman code, through the strings of literal fields.
@Suite struct HuffmanTests {
    /// Value strings as they stand in the blocks of RFC 7541 Appendix C.
    @Test(arguments: [
        ("www.example.com", "8cf1e3c2e5f23a6ba0ab90f4ff"),
        ("no-cache", "86a8eb10649cbf"),
        ("custom-value", "8925a849e95bb8e8b4bf"),
        ("302", "826402"),
        ("Mon, 21 Oct 2013 20:13:21 GMT", "96d07abe941054d444a8200595040b8166e082a62d1bff"),
        ("https://www.example.com", "919d29ad171863c78f0b97c8e9ae82ae43d3"),
        (
            "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
            "ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"
        ),
        // Nothing is gained: as it is.
        ("~~", "027e7e"), ("", "00"), ("{", "017b"),
    ])
    func `strings are coded where that is shorter`(text: String, expected: String) {
        #expect(encoded(text.bytes) == [0x10, 1, 0x78] + hex(expected))
    }

    @Test func `every byte comes through, beside every other`() throws {
        // Short codes between them make the strings shorter, so that they are coded.
        let short = [UInt8](repeating: 0x61, count: 14)
        for first in UInt8.min...UInt8.max {
            let value = (UInt8.min...UInt8.max).flatMap { [first, $0] + short }
            let block = encoded(value)
            #expect(block.count < value.count)
            #expect(try self.value(of: block) == value)
        }
    }

    @Test func `strings of all lengths come through`() throws {
        var generator = SeededGenerator(state: 11)
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_.~%/=;\"{\u{7f}\u{80}".utf8)
        for length in 0..<600 {
            let value = (0..<length).map { _ in alphabet.randomElement(using: &generator)! }
            #expect(try self.value(of: encoded(value)) == value)
        }
    }

    /// A block with one literal field `x`.
    private func encoded(_ value: [UInt8]) -> [UInt8] {
        var encoder = HPACKEncoder()
        var buffer = ByteBuffer()
        encoder.append(name: "x".bytes.span, value: value.span, isSensitive: true, to: &buffer)
        return buffer.readable.array
    }

    private func value(of block: [UInt8]) throws(HPACKError) -> [UInt8] {
        var decoder = HPACKDecoder()
        var sink = ValueSink()
        try decoder.decode(block.span, into: &sink)
        return sink.value
    }
}

/// Keeps the last value.
private struct ValueSink: HPACKSink {
    var value: [UInt8] = []

    mutating func receive(name: Span<UInt8>, value: Span<UInt8>, facts: FieldFacts) {
        self.value = value.array
    }
}
