import Testing

@testable import Gateway

@Suite struct PathPatternTests {
    @Test(arguments: [
        "/.", "/a/..", "/%2e", "/%2E%2e/b", "/a/.%2e", "/a//b", "/a b", "/a\\b", "/a#b", "/%4",
        "/%zz", "/{\u{301}a}", "/*\u{301}",
    ])
    func `a literal that no normalised path holds is refused`(text: String) {
        #expect(throws: PatternError.self) { try PathPattern(text) }
    }

    @Test(
        arguments: [
            ("/%7euser/%41", "/~user/A"), ("/ä", "/%C3%A4"), ("/%c3%a4%2f", "/%C3%A4%2F"), ("/a.b/...", "/a.b/..."),
            ("/a/\u{301}b", "/a/%CC%81b"), ("/%0a", "/%0A"),
            ("/a/", "/a/"), ("/", "/"), ("/{x:any}/{y?}", "/{x}/{y?}"),
        ] as [(String, String)])
    func `a pattern is written as normalised paths are, and read again as itself`(text: String, form: String) throws {
        let pattern = try PathPattern(text)
        #expect(pattern.description == form)
        #expect(try PathPattern(form) == pattern)
    }
}
