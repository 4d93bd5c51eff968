import HTTP

/// The OpenAPI 3.1 document of a service, made from the declarations that route: it cannot say anything else.
enum OpenAPIDocument {
    /// The document.
    ///
    /// - Parameters:
    ///   - title: the service's name.
    ///   - routes: all its routes; those without a declaration are left out.
    static func json(title: String, _ routes: [Routes.Route]) -> JSON {
        var paths: [JSON.Member] = []
        var schemas: [String: JSON] = ["Problem": problem]
        for route in routes {
            guard let declaration = route.declaration else { continue }
            for schema in [declaration.answer, declaration.body].compactMap({ $0 }) + declaration.query.map(\.schema) {
                schemas.merge(schema.definitions) { first, _ in first }
            }
            let operation = JSON.Member(
                route.method.token.description.lowercased(), self.operation(route, declaration, service: title))
            let path = route.pattern.template
            if let index = paths.firstIndex(where: { $0.name == path }), case .object(let others) = paths[index].value {
                paths[index] = .init(path, .object(others + [operation]))
            } else {
                paths.append(.init(path, .object([operation])))
            }
        }
        return [
            "openapi": "3.1.0", "info": ["title": .string(title), "version": "1"],
            "paths": .object(paths.sorted { $0.name < $1.name }),
            "components": [
                "schemas": .object(schemas.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }),
                "securitySchemes": ["bearer": ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"]],
            ],
        ]
    }

    private static func operation(_ route: Routes.Route, _ declaration: Declaration, service: String) -> JSON {
        var members: [JSON.Member] = [
            .init("operationId", .string(identifier(of: route))), .init("tags", [.string(service)]),
            .init("summary", .string(declaration.operation.summary)),
        ]
        let parameters = parameters(of: route, declaration)
        if !parameters.isEmpty { members.append(.init("parameters", .array(parameters))) }
        if let body = declaration.body {
            let content: JSON = ["schema": body.json]
            members.append(
                .init(
                    "requestBody",
                    ["required": .boolean(declaration.needsBody), "content": ["application/json": content]]))
        }
        if route.access != .anyone { members.append(.init("security", [["bearer": []]])) }
        members.append(.init("responses", .object(responses(of: route, declaration))))
        return .object(members)
    }

    private static func parameters(of route: Routes.Route, _ declaration: Declaration) -> [JSON] {
        var parameters: [JSON] = route.pattern.segments.compactMap { segment in
            switch segment {
            case .literal: nil
            case .integer(let name):
                [
                    "name": .string(name), "in": "path", "required": true,
                    "schema": Schema.integer(0...Int64.max).json,
                ]
            case .text(let name):
                ["name": .string(name), "in": "path", "required": true, "schema": Schema.text(1...1000).json]
            }
        }
        for property in declaration.query {
            parameters.append([
                "name": .string(property.name), "in": "query", "required": .boolean(property.isRequired),
                "schema": property.schema.json,
            ])
        }
        if declaration.operation.takesIdempotencyKey {
            parameters.append([
                "name": "Idempotency-Key", "in": "header", "required": false, "schema": Schema.text(1...255).json,
            ])
        }
        return parameters
    }

    private static func responses(of route: Routes.Route, _ declaration: Declaration) -> [JSON.Member] {
        var good: [JSON.Member] = [.init("description", "Done.")]
        if let answer = declaration.answer {
            good.append(.init("content", ["application/json": ["schema": answer.json]]))
        }
        var refusals: Set<Int> = [400, 413, 500, 503, 507]
        if declaration.body != nil { refusals.insert(415) }
        // A token that is not accepted is refused everywhere.
        refusals.insert(401)
        switch route.access {
        case .anyone, .signedIn: break
        case .scope, .service: refusals.insert(403)
        }
        if route.pattern.segments.contains(where: { $0.rank > 0 }) { refusals.insert(404) }
        // What a client writes into the address may make it too long for the gateway.
        if !parameters(of: route, declaration).isEmpty { refusals.insert(414) }
        if declaration.operation.takesIdempotencyKey { refusals.formUnion([409, 422]) }
        refusals.formUnion(declaration.operation.refusals)
        let refused: JSON = [
            "description": "Refused.",
            "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
        ]
        return [.init(String(declaration.status), .object(good))]
            + refusals.sorted().map { .init(String($0), refused) }
    }

    /// `get_products_id`: unique, for methods and patterns are.
    private static func identifier(of route: Routes.Route) -> String {
        let words = route.pattern.segments.map { segment in
            switch segment {
            case .literal(let text): text.filter { $0.isLetter || $0.isNumber }
            case .integer(let name), .text(let name): "by_" + name
            }
        }
        return ([route.method.token.description.lowercased()] + words.filter { !$0.isEmpty }).joined(separator: "_")
    }

    /// Problem details (RFC 9457).
    private static let problem: JSON = [
        "type": "object", "required": ["type", "title", "status", "detail"],
        "properties": [
            "type": ["type": "string"], "title": ["type": "string"], "status": ["type": "integer"],
            "detail": ["type": "string"], "instance": ["type": "string"], "requestId": ["type": "string"],
            "errors": [
                "type": "array",
                "items": [
                    "type": "object", "required": ["field", "detail"],
                    "properties": ["field": ["type": "string"], "detail": ["type": "string"]],
                ],
            ],
        ],
    ]
}
