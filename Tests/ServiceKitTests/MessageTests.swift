import HTTP
import Testing

@testable import ServiceKit

@Suite struct ParametersTests {
    @Test(
        arguments: [
            ("", []), ("a=1&b=2", ["a", "1", "b", "2"]), ("a", ["a", ""]), ("a=b=c", ["a", "b=c"]),
            ("a+b=c%20d%2B", ["a b", "c d+"]), ("&&x=%C3%A9&", ["x", "é"]),
        ] as [(String, [String])])
    func `a query is taken apart`(text: String, expected: [String]) {
        #expect(Parameters(Array(text.utf8).span)?.pairs.flatMap { [$0.name, $0.value] } == expected)
    }

    @Test(arguments: ["a=%", "a=%4", "a=%zz", "a=%ff", "%=1"])
    func `a malformed query is refused`(text: String) {
        #expect(Parameters(Array(text.utf8).span) == nil)
    }

    @Test func `what is encoded is decoded to the same`() {
        let text = "naïve/?&=+%🦊 -._~"
        #expect(Parameters.decode(Array(Parameters.encode(text).utf8)[...], plusIsSpace: true) == text)
    }
}

@Suite struct FormTests {
    private func form(_ body: String, type: String? = nil) throws(Problem) -> Form {
        let fields = type.map { [HeaderField("content-type", $0)] } ?? []
        return try ServiceRequest(.post, "/", fields: fields, body: Array(body.utf8)).form()
    }

    @Test(arguments: [
        nil, "application/json", "application/json; charset=utf-8", "Application/JSON", "application/merge-patch+json",
    ])
    func `a JSON object is read`(type: String?) throws {
        var form = try form(#"{"name":" x ","n":"7","m":7,"null":null}"#, type: type)
        #expect(form.text("name", 1...5) == "x")
        #expect(form.exactText("name") == " x ")
        #expect(form.integer("n", 0...9) == 7)
        #expect(form.integer("m", 0...9) == 7)
        #expect(form.optionalText("null", 1...5) == nil)
        try form.check()
    }

    @Test func `an HTML form is read`() throws {
        var form = try form("username=al+ice&password=a%26b", type: "application/x-www-form-urlencoded")
        #expect(form.text("username", 1...10) == "al ice")
        #expect(form.exactText("password") == "a&b")
        try form.check()
    }

    @Test(
        arguments: [
            ("", nil, 400), ("{", nil, 400), ("[]", nil, 400), ("7", nil, 400), ("<a/>", "text/xml", 415),
            ("a=%", "application/x-www-form-urlencoded", 400),
        ] as [(String, String?, Int)])
    func `other bodies are refused`(body: String, type: String?, status: Int) {
        let problem = #expect(throws: Problem.self) { _ = try form(body, type: type) }
        #expect(problem?.status == status)
    }

    @Test func `every bad field is named at once`() throws {
        var form = try form(#"{"a":1,"b":"","c":"xxxxxx","d":"1.5","e":"-1","f":true,"g":"a\u0000b"}"#)
        _ = form.text("a", 1...5)
        _ = form.text("b", 1...5)
        _ = form.text("c", 1...5)
        _ = form.integer("d", 0...9)
        _ = form.money("e")
        _ = form.money("f")
        _ = form.text("g", 1...5)
        _ = form.text("missing", 1...5)
        let problem = #expect(throws: Problem.self) { try form.check() }
        #expect(problem?.errors.map(\.field) == ["a", "b", "c", "d", "e", "f", "g", "missing"])
        #expect(problem?.status == 400)
    }
}
