import Testing

@testable import Gateway

/// What clients are told they can ask for is what the routes let through, under the names that they use.
struct OpenAPIJoinTests {
    /// Joins documents of the services `a` and `b` behind these routes.
    private func join(
        _ routes: String, a: String = "{}", b: String = "{}", jwt: String = "",
        schemas: (a: String, b: String) = ("{}", "{}")
    ) throws -> JSONTree {
        let configuration = try ConfigurationFixture.load(
            """
            {"services": {"a": {"targets": "http://127.0.0.1:1"}, "b": {"targets": "http://127.0.0.1:2"}},
             \(jwt) "routes": [\(routes)]}
            """)
        var conflicts: [RouteConflict] = []
        let table = RouteTable(configuration.routes.map(\.pattern), conflicts: &conflicts)
        let routes = configuration.routes.enumerated().map { Route($1, index: $0) }
        let join = OpenAPIJoin(settings: OpenAPISettings(), routes: OpenAPIRoutes(table: table, routes: routes))
        func source(_ index: Int, _ name: String, _ paths: String, _ schemas: String) throws -> OpenAPIJoin.Source {
            let text = #"{"openapi": "3.1.0", "paths": \#(paths), "components": {"schemas": \#(schemas)}}"#
            return OpenAPIJoin.Source(
                service: index, name: name, document: try #require(JSONTree(parsing: Array(text.utf8))))
        }
        return join.document(of: [try source(0, "a", a, schemas.a), try source(1, "b", b, schemas.b)])
    }

    /// `METHOD path` of every operation.
    private func operations(_ document: JSONTree) -> [String] {
        (document["paths"]?.members ?? []).flatMap { path in
            path.value.members.map { "\($0.name.uppercased()) \(path.name)" }
        }
    }

    private static func path(_ template: String, _ methods: String..., id: String = "op", more: String = "") -> String {
        let all = methods.map {
            #""\#($0)": {"operationId": "\#($0)_\#(id)", "responses": {"200": {"description": "Done."}}\#(more)}"#
        }
        return #"{"\#(template)": {\#(all.joined(separator: ", "))}}"#
    }

    @Test(arguments: [
        // What has no route is not there, nor is what another service gets.
        (#"{"name": "r", "match": "GET /x/{id}", "to": "a"}"#, path("/x/{id}", "get", "delete"), ["GET /x/{id}"]),
        (#"{"name": "r", "match": "/x/**", "to": "b"}"#, path("/x/{id}", "get"), []),
        (
            #"{"name": "r", "match": "/x/**", "to": "a"}, {"name": "s", "match": "/x/y", "to": "b"}"#,
            path("/x/y", "get"), []
        ),
        (#"{"name": "r", "match": "/x", "respond": 200}"#, path("/x", "get"), []),
        (#"{"name": "r", "match": "/x", "to": {"a": 0, "b": 1}}"#, path("/x", "get"), []),
        (#"{"name": "r", "match": "/x", "to": {"b": 99, "a": 1}}"#, path("/x", "get"), ["GET /x"]),
        // Types of segments.
        (#"{"name": "r", "match": "/x/{id:int}", "to": "a"}"#, path("/x/{key}", "get"), ["GET /x/{key}"]),
        (#"{"name": "r", "match": "/x/{id:uuid}", "to": "a"}"#, path("/x/{key}", "get"), ["GET /x/{key}"]),
        (#"{"name": "r", "match": "/x/{id?}", "to": "a"}"#, path("/x", "get"), ["GET /x"]),
        // Hosts and conditions.
        (#"{"name": "r", "match": "*.shop.test/x", "to": "a"}"#, path("/x", "get"), ["GET /x"]),
        (
            #"{"name": "r", "match": {"path": "/x", "headers": {"X-T": "1"}, "query": {"v": {"prefix": "2"}}}, "to": "a"}"#,
            path("/x", "get"), ["GET /x"]
        ),
        // Paths that differ from the service's own.
        (
            #"{"name": "r", "match": "/api/x/{id?}", "to": "a", "strip": "/api"}"#, path("/x/{id}", "put"),
            ["PUT /api/x/{id}"]
        ),
        (
            #"{"name": "r", "match": "/api/**", "to": "a", "strip": "/api"}"#, path("/", "get"),
            ["GET /api", "GET /api/"]
        ),
        (
            #"{"name": "r", "match": "/x/{id}/y", "to": "a", "rewrite": "/v2/{id}?old=1"}"#, path("/v2/{key}", "get"),
            ["GET /x/{key}/y"]
        ),
        (
            #"{"name": "r", "match": "/f/**", "to": "a", "rewrite": "/files/{**}"}"#, path("/files/{a}/{b}", "get"),
            ["GET /f/{a}/{b}"]
        ),
        (#"{"name": "r", "match": "/x/{id}", "to": "a", "rewrite": "/fixed"}"#, path("/fixed", "get"), []),
        // Two ways to one operation.
        (
            #"{"name": "r", "match": "/x", "to": "a"}, {"name": "s", "match": "POST /old", "to": "a", "rewrite": "/x"}"#,
            path("/x", "post"), ["POST /old", "POST /x"]
        ),
    ])
    func `an operation is there where a route leads to it`(routes: String, paths: String, expected: [String]) throws {
        let document = try join(routes, a: paths)
        #expect(operations(document) == expected)
    }

    @Test func `each operation has the rules of its route`() throws {
        let jwt = #""jwt": {"shop": {"algorithms": ["HS256"], "secret": "\#(ConfigurationFixture.secret)"}},"#
        let document = try join(
            """
            {"name": "p", "match": "/p", "to": "a", "auth": "none"},
            {"name": "o", "match": "/o", "to": "a", "auth": "optional"},
            {"name": "r", "match": "/r", "to": "a", "auth": {"scopes": ["x:read"], "roles": ["admin", "seller"]}}
            """,
            a: #"""
                {"/p": {"get": {"security": [{"key": []}], "responses": {}}}, "/o": {"get": {"responses": {}}},
                 "/r": {"get": {"servers": [{"url": "http://inside"}], "responses": {"4xx": {"description": "No."}}}}}
                """#, jwt: jwt)
        let paths = try #require(document["paths"])
        #expect(paths["/p"]?["get"]?["security"] == [])
        #expect(paths["/o"]?["get"]?["security"] == [[:], ["bearer": []]])
        #expect(paths["/r"]?["get"]?["security"] == [["bearer": ["x:read"]]])
        #expect(paths["/r"]?["get"]?["servers"] == nil)
        #expect(paths["/p"]?["get"]?["responses"]?["401"] == nil)
        #expect(paths["/o"]?["get"]?["responses"]?["401"] == ["$ref": "#/components/responses/Gateway401"])
        #expect(paths["/r"]?["get"]?["responses"]?.members.map(\.name) == ["4xx", "502", "503", "504"])
        #expect(document["components"]?["responses"]?["Gateway504"]?["content"]?["application/problem+json"] != nil)
        #expect(document["components"]?["securitySchemes"]?["bearer"]?["scheme"] == "bearer")
        #expect(document["servers"] == [["url": "/"]])
        #expect(document["openapi"] == "3.1.0")
    }

    private static let bothServices =
        #"{"name": "r", "match": "/a", "to": "a"}, {"name": "s", "match": "/b", "to": "b"}"#

    private static func answering(_ path: String, with schema: String) -> String {
        ##"{"\##(path)": {"get": {"operationId": "get", "responses": {"200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/\##(schema)"}}}}}}}}"##
    }

    @Test func `one name for two things becomes two names, and who refers to them follows`() throws {
        let page = ##""Page": {"items": {"$ref": "#/components/schemas/Item"}}"##
        let document = try join(
            Self.bothServices, a: Self.answering("/a", with: "Page"), b: Self.answering("/b", with: "Page"),
            schemas: (
                #"{\#(page), "Item": {"type": "string"}, "Same": {"type": "null"}, "Unused": {}}"#,
                ##"{\##(page), "Item": {"anyOf": [{"$ref": "#/components/schemas/Same"}]}, "Same": {"type": "null"}}"##
            ))
        let schemas = try #require(document["components"]?["schemas"])
        #expect(schemas.members.map(\.name) == ["GatewayProblem", "Same", "a_Item", "a_Page", "b_Item", "b_Page"])
        #expect(schemas["a_Page"]?["items"]?["$ref"] == "#/components/schemas/a_Item")
        #expect(schemas["b_Page"]?["items"]?["$ref"] == "#/components/schemas/b_Item")
        #expect(schemas["b_Item"]?["anyOf"] == [["$ref": "#/components/schemas/Same"]])
        let answer = document["paths"]?["/b"]?["get"]?["responses"]?["200"]?["content"]?["application/json"]
        #expect(answer?["schema"]?["$ref"] == "#/components/schemas/b_Page")
        #expect(document["paths"]?["/a"]?["get"]?["operationId"] == "get")
        #expect(document["paths"]?["/b"]?["get"]?["operationId"] == "b_get")
    }

    @Test func `what both services mean by a name stays one`() throws {
        let schemas = ##"""
            {"Page": {"items": {"$ref": "#/components/schemas/Item"}},
             "Item": {"$ref": "#/components/schemas/Page"}}
            """##
        let document = try join(
            Self.bothServices, a: Self.answering("/a", with: "Page"), b: Self.answering("/b", with: "Item"),
            schemas: (schemas, schemas))
        #expect(
            document["components"]?["schemas"]?.members.map(\.name) == ["GatewayProblem", "Item", "Page"])
    }

    @Test func `a service cannot take the gateway's own names`() throws {
        let document = try join(
            Self.bothServices, a: Self.answering("/a", with: "GatewayProblem"),
            schemas: (#"{"GatewayProblem": {"type": "string"}}"#, "{}"))
        #expect(
            document["components"]?["schemas"]?.members.map(\.name) == ["a_GatewayProblem", "gateway_GatewayProblem"])
        let problem = document["components"]?["responses"]?["Gateway502"]?["content"]?["application/problem+json"]
        #expect(problem?["schema"]?["$ref"] == "#/components/schemas/gateway_GatewayProblem")
    }

    @Test func `parameters of a path come along, unless the operation has its own`() throws {
        let document = try join(
            #"{"name": "r", "match": "/x/{id:int}", "to": "a"}"#,
            a: #"""
                {"/x/{id}": {"parameters": [{"name": "id", "in": "path", "schema": {"type": "integer"}},
                                            {"name": "v", "in": "query", "schema": {}}],
                             "summary": "X",
                             "get": {"parameters": [{"name": "v", "in": "query", "required": true}], "responses": {}}}}
                """#)
        let parameters = document["paths"]?["/x/{id}"]?["get"]?["parameters"]?.elements ?? []
        #expect(parameters.compactMap { $0["name"]?.text } == ["id", "v"])
        #expect(parameters.last?["required"] == true)
        #expect(document["paths"]?["/x/{id}"]?.members.map(\.name) == ["get"])
    }

    @Test(arguments: [
        ("{}", false), (#"{"openapi": "3.1.0"}"#, false), (#"{"swagger": "2.0", "paths": {"/": {}}}"#, false),
        (#"{"openapi": "3.0.3", "paths": {"/": {}}}"#, true), (#"{"openapi": "3.1.0", "paths": {}}"#, false),
    ])
    func `documents of OpenAPI 3 can be joined`(text: String, isSupported: Bool) throws {
        let document = try #require(JSONTree(parsing: Array(text.utf8)))
        #expect(OpenAPIJoin.isSupported(document) == isSupported)
    }

    @Test func `a tree is written as it was read`() throws {
        let text = #"{"a":[1.50,-2e3,true,null,"\u00e9\n\""],"b":{},"c":[]}"#
        let tree = try #require(JSONTree(parsing: Array(text.utf8)))
        #expect(String(decoding: tree.bytes, as: UTF8.self) == #"{"a":[1.50,-2e3,true,null,"é\n\""],"b":{},"c":[]}"#)
        #expect(JSONTree(parsing: tree.bytes) == tree)
    }
}
