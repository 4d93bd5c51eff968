import Bytes
import Telemetry
import Testing

@Suite struct RequestIDTests {
    @Test func `an id has 32 hexadecimal digits and does not come twice`() {
        var random = FastRandom()
        var seen: Set<String> = []
        for _ in 0..<1000 {
            let id = RequestID(using: &random)
            let text = id.bytes.text
            #expect(text.count == 32 && text.allSatisfy { "0123456789abcdef".contains($0) })
            #expect(seen.insert(text).inserted)
        }
    }

    @Test func `generators differ unless they have the same seed`() {
        var (one, two) = (FastRandom(), FastRandom())
        #expect(one.next() != two.next())
        (one, two) = (FastRandom(seed: 7), FastRandom(seed: 7))
        #expect((0..<10).map { _ in one.next() } == (0..<10).map { _ in two.next() })
    }

    @Test(
        arguments: [
            ("a", true), ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", true), ("AZaz09._:/+=@-", true),
            (String(repeating: "x", count: 128), true), (String(repeating: "x", count: 129), false), ("", false),
            ("a b", false), ("a\r\nb", false), ("a\"b", false), ("ü", false), ("a,b", false), ("<x>", false),
        ])
    func `a client's id is kept only when it is harmless`(text: String, isValid: Bool) {
        #expect(RequestID.isValid(text.utf8.span) == isValid)
    }
}
