import Bytes
import Telemetry
import Testing

@Suite struct SecretTests {
    private struct Settings { let secret = Secret("hunter2") }

    @Test func `a secret never shows in text, however it is printed`() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(Settings(), to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\(Settings())", "\([secret])", dumped] {
            #expect(!text.contains("hunter2"))
            #expect(!text.utf8.contains(104) || !text.contains("104"))
        }
        #expect("\(secret)" == "<redacted>")
        #expect(LogValue(secret) == "<redacted>")
    }

    @Test func `a secret gives its bytes to who asks for them`() {
        let secret = Secret("hunter2")
        #expect(secret.bytes.text == "hunter2")
        #expect(secret.count == 7)
        #expect(secret == Secret(Array("hunter2".utf8).span))
        #expect(secret != Secret("hunter3"))
        #expect(Secret("").count == 0)
    }
}
