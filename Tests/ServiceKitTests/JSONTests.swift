import Testing

@testable import ServiceKit

@Suite struct JSONTests {
    @Test(
        arguments: [
            ("null", .null), (" true ", true), ("-0.10e+5", .number("-0.10e+5")), (#""""#, ""),
            (#""a\"\\\/\b\f\n\r\t\u00e9\ud83e\udd8a""#, "a\"\\/\u{8}\u{c}\n\r\té🦊"), ("[]", []), ("[1,[2]]", [1, [2]]),
            (#"{"b":1,"a":{}}"#, ["b": 1, "a": [:]]),
        ] as [(String, JSON)])
    func `valid texts are read`(text: String, value: JSON) throws {
        #expect(try JSONParser.parse(Array(text.utf8).span) == value)
        #expect(try JSONParser.parse(value.bytes.span) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "truex", "01", "1.", ".5", "+1", "1e", "-", "'a'", #""a"#, "\"\n\"", #""\x""#, #""\ud800""#,
        #""\udc00""#, #""\ud800\u0041""#, "[1,]", "[1 2]", "{,}", #"{"a"}"#, #"{"a":1,}"#, #"{a:1}"#, "1 2", "{} x",
        #"{"a":1,"a":2}"#, "NaN", "[", "{", String(repeating: "[", count: 100_000),
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: JSONParser.Failure.self) { _ = try JSONParser.parse(Array(text.utf8).span) }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: JSONParser.Failure.self) { _ = try JSONParser.parse(([0x22, 0xff, 0x22] as [UInt8]).span) }
    }

    @Test func `no mutation of a text traps`() {
        let text = Array(#"{"name":"caf\u00e9 \ud83e\udd8a","price":[19.99,-1e-7,null,true,{"x":""}]}"#.utf8)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var mutant = text
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                mutant[Int.random(in: mutant.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            mutant.removeLast(Int.random(in: 0...3, using: &generator))
            _ = try? JSONParser.parse(mutant.span)
        }
    }
}

@Suite struct MoneyTests {
    @Test(
        arguments: [
            ("50000", 5_000_000, "50000"), ("19.99", 1999, "19.99"), ("19.9", 1990, "19.90"), ("0", 0, "0"),
            ("0.05", 5, "0.05"), ("9999999999.99", 999_999_999_999, "9999999999.99"),
        ] as [(String, Int64, String)])
    func `amounts are exact`(text: String, units: Int64, json: String) {
        #expect(Money(text)?.minorUnits == units)
        #expect(Money(minorUnits: units).json == .number(json))
    }

    @Test(arguments: [
        "", ".", "1.", ".5", "-1", "+1", "1e3", "1.999", "1,5", "10000000000", "99999999999", " 1", "NaN", "٣",
    ])
    func `anything else is no amount`(text: String) {
        #expect(Money(text) == nil)
    }
}
