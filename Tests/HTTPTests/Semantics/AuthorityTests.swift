import Bytes
import HTTP
import Testing

@Suite struct AuthorityTests {
    @Test(
        arguments: [
            ("a", 1, nil), ("a.b-c_d", 7, nil), ("a:80", 1, 80), ("a:", 1, nil), ("127.0.0.1:65535", 9, 65535),
            ("[::1]", 5, nil), ("[::1]:8443", 5, 8443), ("[1:2:3:4:5:6:7:8]", 17, nil), ("[::]", 4, nil),
            ("[1::]", 5, nil), ("[::ffff:1.2.3.4]", 16, nil), ("[1:2:3:4:5:6:1.2.3.4]", 21, nil),
        ] as [(String, Int, UInt16?)])
    func `a host and its port are told apart`(text: String, hostLength: Int, port: UInt16?) {
        let authority = Authority(text.bytes.span)
        #expect(authority?.hostLength == hostLength)
        #expect(authority?.port == port)
    }

    @Test(arguments: [
        "", ":80", "a:b", "a:65536", "a:123456", "a:-1", "a b", "a@b", "a/b", "a,b", "a%20", "a?b", "a#b", "a\\b",
        "\u{e9}",
        "[", "[]", "[:]", "[:::]", "[1]", "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[1::2::3]", "[12345::]", "[::1",
        "[::1]x",
        "[::1]:x", "[g::]", "[::1.2.3]", "[::1.2.3.256]", "[::1.2.3.4.5]", "[1:2:3:4:5:6:7:1.2.3.4]",
        "[fe80::1%25eth0]", "a:80:80",
        "[1:2:3:4:5:6:7::8]",
    ])
    func `anything else is no authority`(text: String) {
        let authority = Authority(text.bytes.span)
        #expect(authority == nil)
    }
}
