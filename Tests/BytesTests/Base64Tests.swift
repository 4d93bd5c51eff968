import Bytes
import Testing

@Suite struct Base64Tests {
    @Test(
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"), ("\u{FB}\u{F0}", "w7vDsA=="), ("~~~???", "fn5+Pz8/"),
        ])
    func `the vectors of RFC 4648 come out`(plain: String, text: String) {
        #expect(Base64.encode(Array(plain.utf8).span) == Array(text.utf8))
    }
}
