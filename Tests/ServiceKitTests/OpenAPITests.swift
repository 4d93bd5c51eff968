import Foundation
import HTTP
import Testing

@testable import ServiceKit

private struct Draft: Input {
    let name: String
    let price: Money?
    let parts: [Part]

    init(_ form: inout Form) {
        name = form.text("name", 1...20)
        price = form.optionalMoney("price")
        parts = form.optionalList("parts", 1...3, of: Part.self) ?? []
    }

    struct Part: Input {
        let count: Int64
        init(_ form: inout Form) { count = form.integer("count", 1...9) }
    }
}

private struct Thing: Resource {
    let id: Int64
    let name: String?

    static let shape = Shape<Thing>("Thing", [.integer("id") { $0.id }, .optionalText("name") { $0.name }])
}

@Suite struct OpenAPITests {
    private var routes: Routes {
        var routes = Routes()
        routes.post("/things/{id:int}/parts", "Adds a part", access: .scope("things:write"), body: Draft.self) { call in
            .created(Thing(id: call.parameters.integer("id"), name: call.body.name), at: "/things/1")
        }
        routes.get("/things", "Lists things", access: .anyone) { _ in .ok(Listing([Thing(id: 1, name: nil)])) }
        routes.get("/hidden") { _ in .json([:]) }
        return routes
    }

    private var document: JSON { OpenAPIDocument.json(title: "things", routes.routes) }

    @Test func `the document has every declared route and no other`() throws {
        guard case .object(let paths)? = document["paths"] else { throw Problem.notFound() }
        #expect(paths.map(\.name) == ["/things", "/things/{id}/parts"])
        #expect(document["openapi"] == "3.1.0")
    }

    @Test func `what a body holds is read from the initialiser that reads it`() {
        let schema = Draft.schema.json
        #expect(schema["required"] == ["name"])
        #expect(schema["properties"]?["name"] == ["type": "string", "minLength": 1, "maxLength": 20])
        #expect(schema["properties"]?["parts"]?["items"]?["required"] == ["count"])
        #expect(schema["properties"]?["parts"]?["maxItems"] == 3)
    }

    @Test func `refusals follow from the declaration`() {
        let operation = document["paths"]?["/things/{id}/parts"]?["post"]
        guard case .object(let responses)? = operation?["responses"] else {
            Issue.record("no responses")
            return
        }
        #expect(responses.map(\.name) == ["201", "400", "401", "403", "404", "413", "414", "415", "500", "503", "507"])
        #expect(operation?["security"] == [["bearer": []]])
        #expect(document["components"]?["schemas"]?["Thing"]?["properties"]?["name"] == ["type": ["string", "null"]])
        let open = document["paths"]?["/things"]?["get"]
        #expect(open?["security"] == nil)
        #expect(
            open?["responses"]?["200"]?["content"]?["application/json"]?["schema"]
                == ["type": "array", "items": ["$ref": "#/components/schemas/Thing"]])
    }

    private struct Note: Input {
        static var isOptional: Bool { true }
        let text: String?
        init(_ form: inout Form) { text = form.optionalText("text", 0...9) }
    }

    @Test func `a body that may be missing is said to be optional`() async throws {
        var routes = Routes()
        routes.post("/notes", "Adds a note", access: .anyone, body: Note.self) { call in
            .ok(Thing(id: 1, name: call.body.text))
        }
        let document = OpenAPIDocument.json(title: "notes", routes.routes)
        #expect(document["paths"]?["/notes"]?["post"]?["requestBody"]?["required"] == false)
        for (body, name) in [("", JSON.null), (#"{"text":"a"}"#, "a")] {
            let answer = try await routes.routes[0].respond(ServiceRequest(.post, "/notes", body: Array(body.utf8)))
            #expect(answer.json?["name"] == name)
        }
        await #expect(throws: Problem.self) {
            _ = try await routes.routes[0].respond(ServiceRequest(.post, "/notes", body: Array("{".utf8)))
        }
    }

    @Test func `what no text may hold is found however deep, and not repeated`() {
        var form = Form([
            .init("a", "x"), .init("b", "ok"), .init("c", ["d": ["ok", "x"]]), .init("e", ["x": 1]), .init("x", 1),
            .init("f", .number("1")),
        ])
        form.refuse("no x", whereAnyText: { $0 == "x" || $0 == "1" })
        #expect(form.errors.map(\.field) == ["a", "c", "e", "f", "*"])
    }

    @Test func `every bad field is named, in lists by its place`() {
        var form = Form([
            .init("name", ""), .init("price", "-1"), .init("parts", [["count": 0], 7]),
        ])
        _ = Draft(&form)
        #expect(form.errors.map(\.field) == ["name", "price", "parts[0].count", "parts[1]"])
    }
}
