import Bytes
import HTTP
import Testing

@Suite struct WebSocketKeyTests {
    @Test func `the example of RFC 6455 section 1-3 comes out`() {
        let nonce = "the sample nonce".bytes
        let key = WebSocketKey.key(nonce: nonce.span)
        #expect(key == "dGhlIHNhbXBsZSBub25jZQ==".bytes)
        let isValid = WebSocketKey.isValid(key.span)
        #expect(isValid)
        #expect(
            WebSocketKey.challenge(of: key.span)
                == "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11".bytes)
        let digest = Hex.decode("b37a4f2cc0624f1690f64606cf385945b2bec4ea".bytes.span)!
        #expect(WebSocketKey.accept(digest: digest.span) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".bytes)
    }

    @Test func `every nonce makes a key that is valid`() {
        var generator = SeededGenerator(state: 1)
        for _ in 0..<1000 {
            let nonce = (0..<WebSocketKey.nonceLength).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let key = WebSocketKey.key(nonce: nonce.span)
            let isValid = WebSocketKey.isValid(key.span)
            #expect(isValid)
        }
    }
}
