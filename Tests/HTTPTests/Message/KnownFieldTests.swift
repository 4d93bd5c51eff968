import Bytes
import HTTP
import Testing

@Suite struct KnownFieldTests {
    @Test(arguments: KnownField.allCases)
    func `every known field is found by both spellings and in capitals`(field: KnownField) {
        guard field != .other else { return }
        #expect(KnownField(name: "\(field.name)".bytes.span) == field)
        #expect(KnownField(name: "\(field.spelling)".bytes.span) == field)
        #expect(KnownField(name: "\(field.name)".uppercased().bytes.span) == field)
        #expect("\(field.spelling)".lowercased() == "\(field.name)")
    }

    @Test(arguments: [
        "", "x", "hos", "hosts", "h\u{4f}st\0", "content_length", "content-lengt\r",
        "access-control-allow-credentialsx",
    ])
    func `other names are other`(name: String) {
        #expect(KnownField(name: name.bytes.span) == .other)
    }

    @Test(arguments: Method.allCases)
    func `every method is found by its token`(method: HTTP.Method) {
        guard method != .other else { return }
        #expect(Method("\(method.token)".bytes.span) == method)
        #expect(Method("\(method.token)".lowercased().bytes.span) == .other)
    }

    @Test func `method indexes lie below the count`() {
        #expect(Set(Method.allCases.map(\.index)) == Set(0..<Method.count))
    }

    @Test(arguments: UInt8.min...UInt8.max)
    func `token bytes are those of RFC 9110 section 5-6-2`(byte: UInt8) {
        let expected = ASCII.isAlphanumeric(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
        #expect(FieldSyntax.isTokenByte(byte) == expected)
    }
}
