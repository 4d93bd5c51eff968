import Testing

@testable import TLS

@Suite struct ServerNameIndexTests {
    static let index = ServerNameIndex(names: [
        ["default.test"], ["a.test", "*.a.test"], ["x.a.test"], ["A.test", "*.a.test", "b.test"],
    ])

    @Test(arguments: [
        ("default.test", 0), ("a.test", 1), ("A.TEST", 1), ("a.test.", 1), ("y.a.test", 1), ("x.a.test", 2),
        ("X.a.TEST.", 2), ("b.test", 3), ("deep.y.a.test", 0), ("test", 0), ("", 0), (".", 0), (".a.test", 0),
        ("*.a.test", 1), ("\u{FFFD}.a.test", 1), ("unknown.test", 0),
    ])
    func `exact names go before wildcards, which stand for one label`(name: String, expected: Int) {
        #expect(Self.index.index(for: name) == expected)
    }
}
