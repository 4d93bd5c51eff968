import Bytes
import HTTP
import Testing

@Suite struct PathNormalizerTests {
    @Test(arguments: [
        ("/", "/"), ("/a/b", "/a/b"), ("/a/", "/a/"), ("//a///b//", "/a/b/"), ("/./a/./b/.", "/a/b/"),
        ("/a/b/../c", "/a/c"), ("/a/b/..", "/a/"), ("/..", "/"), ("/../../a", "/a"), ("/a/../../b", "/b"),
        ("/a//../b", "/b"), ("/.a/..b/...", "/.a/..b/..."), ("/%61%2D%2e%5F%7e", "/a-._~"), ("/%2e%2E/a", "/a"),
        ("/a/.%2e/b", "/b"), ("/%c3%a9", "/%C3%A9"), ("/%25%32%65", "/%252e"), ("/%252e%252e/x", "/%252e%252e/x"),
        ("/a;b=c,d@e:f!$&'()*+|{}", "/a;b=c,d@e:f!$&'()*+|{}"), ("/a%20b", "/a%20b"), ("/a%3fb%23", "/a%3Fb%23"),
    ])
    func `a path has one form, and normalising it again changes nothing`(path: String, expected: String) throws {
        var buffer = ByteBuffer()
        buffer.append("before")
        try PathNormalizer.append(path.bytes.span, to: &buffer)
        #expect(buffer.readable.text == "before" + expected)
        buffer.removeAll()
        try PathNormalizer.append(expected.bytes.span, to: &buffer)
        #expect(buffer.readable.text == expected)
        if PathNormalizer.isNormal(path.bytes.span) { #expect(path == expected) }
    }

    @Test func `encoded slashes pass when told to, and are told about`() throws {
        var head = RequestHead()
        #expect(throws: H1Error.encodedSlash) { try head.setTarget("/a%2fb".bytes.span) }
        try head.setTarget("/a%2fb%5c?q".bytes.span, allowsEncodedSlashes: true)
        #expect(describe(head) == "http11   /a%2Fb%5C?q ")
        let hasEncodedSlash = head.hasEncodedSlash
        #expect(hasEncodedSlash)
    }

    @Test func `random paths never trap, and a second run changes nothing`() throws {
        var random = SeededGenerator(state: 3)
        let alphabet = "//..%%2e2F5c0a".bytes
        for _ in 0..<5000 {
            let path = [0x2F] + (0..<12).map { _ in alphabet.randomElement(using: &random)! }
            var once = ByteBuffer()
            do { try PathNormalizer.append(path.span, to: &once, allowsEncodedSlashes: true) } catch { continue }
            var twice = ByteBuffer()
            try PathNormalizer.append(once.readable, to: &twice, allowsEncodedSlashes: true)
            #expect(once.readable.array == twice.readable.array, "\(path)")
            #expect(once.readable[0] == 0x2F)
        }
    }
}
