import Bytes
import Testing

@Suite struct Base64URLTests {
    @Test(
        arguments: [
            ("", ""), ("Zg", "f"), ("Zm8", "fo"), ("Zm9v", "foo"), ("Zm9vYg", "foob"), ("Zm9vYmE", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ])
    func `the vectors of RFC 4648 go both ways without padding`(text: String, plain: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == Array(text.utf8))
        #expect(Base64URL.decode(Array(text.utf8)) == Array(plain.utf8))
    }

    @Test(
        arguments: [
            "A", "AAAAA", "Zg==", "Zm8=", "Zh", "Zm9", "Z g", "Zg\n", "+/+/", "Zm9vé", "Zm9v.Zm9v", "=", "AA\0A",
        ])
    func `a text that is not canonical is refused`(text: String) {
        #expect(Base64URL.decode(Array(text.utf8)) == nil)
    }

    @Test func `every byte and every length survives the round trip`() {
        for count in 0..<300 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ count) }
            let text = Base64URL.encode(bytes)
            #expect(Base64URL.decode(text) == bytes)
        }
    }

    @Test func `of all two-digit texts exactly 256 are accepted`() {
        var accepted = 0
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max where Base64URL.decode([first, second]) != nil { accepted += 1 }
        }
        #expect(accepted == 256)
    }

    @Test(arguments: [("", []), ("00ff", [0, 255]), ("DeadBeef", [0xDE, 0xAD, 0xBE, 0xEF])] as [(String, [UInt8])])
    func `hexadecimal text is read in either case and written in lowercase`(text: String, bytes: [UInt8]) {
        #expect(Hex.decode(Array(text.utf8)) == bytes)
        #expect(Hex.encode(bytes) == Array(text.lowercased().utf8))
    }

    @Test(arguments: ["0", "0g", "0x00", " 00", "abc"])
    func `what is not hexadecimal is refused`(text: String) {
        #expect(Hex.decode(Array(text.utf8)) == nil)
    }
}

// Expectations cannot hold spans: these take arrays and lend them.

extension Base64URL {
    fileprivate static func decode(_ text: [UInt8]) -> [UInt8]? { decode(text.span) }
    fileprivate static func encode(_ bytes: [UInt8]) -> [UInt8] { encode(bytes.span) }
}

extension Hex {
    fileprivate static func decode(_ text: [UInt8]) -> [UInt8]? { decode(text.span) }
    fileprivate static func encode(_ bytes: [UInt8]) -> [UInt8] { encode(bytes.span) }
}
