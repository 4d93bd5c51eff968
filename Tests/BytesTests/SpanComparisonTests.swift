import Bytes
import Testing

@Suite struct SpanComparisonTests {
    private func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool { left.span.equals(right.span) }

    @Test func `spans of every length are equal to themselves and to nothing that differs in one byte`() {
        for length in 0..<40 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            #expect(isEqual(bytes, bytes))
            for index in 0..<length {
                var other = bytes
                other[index] ^= 0x80
                #expect(!isEqual(bytes, other))
            }
            #expect(!isEqual(bytes, bytes + [0]))
        }
    }

    @Test func `a control character is found wherever it stands, and no other byte is taken for one`() {
        for length in 1..<30 {
            for byte in UInt8.min ... .max {
                for index in [0, length / 2, length - 1] {
                    var bytes = [UInt8](repeating: 0x41, count: length)
                    bytes[index] = byte
                    let isFound = bytes.span.containsControlCharacter
                    #expect(isFound == (byte < 0x20 || byte == 0x7F))
                }
            }
        }
    }
}
