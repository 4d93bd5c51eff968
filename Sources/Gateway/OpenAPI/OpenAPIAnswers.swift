/// What the gateway itself may answer to a request, as OpenAPI describes it.
enum OpenAPIAnswers {
    /// What the components of these answers are called by when a service has the same names.
    static let document = "gateway"

    /// Status and what it means.
    private static let answers: KeyValuePairs = [
        "400": "The request breaks HTTP.",
        "401": "A token is missing, or it is not valid.",
        "403": "The token does not allow this, or the origin may not.",
        "404": "There is nothing at this path.",
        "405": "The path does not allow the method.",
        "408": "The request came too slowly.",
        "413": "The body is too large.",
        "414": "The target is too long.",
        "429": "Too many requests; `Retry-After` says when to ask again.",
        "431": "The header fields are too large.",
        "502": "The service gave no valid answer.",
        "503": "The service has no room or no healthy endpoint; `Retry-After` may say when to ask again.",
        "504": "The service did not answer in time.",
    ]

    /// A document that has these answers as components.
    static var components: JSONTree {
        let content: JSONTree = [
            "application/problem+json": ["schema": ["$ref": "#/components/schemas/GatewayProblem"]]
        ]
        let responses = answers.map { status, meaning in
            JSONTree.Member(name: name(of: status), value: ["description": .string(meaning), "content": content])
        }
        return ["components": ["schemas": ["GatewayProblem": problem], "responses": .object(responses)]]
    }

    /// Adds those that an operation does not describe itself.
    ///
    /// - Parameter takesTokens: whether tokens are looked at.
    static func add(to responses: JSONTree?, takesTokens: Bool) -> JSONTree {
        var members = responses?.members ?? []
        for (status, _) in answers where takesTokens || status != "401" {
            // `4XX` describes them too.
            let covered = [status, "\(status.prefix(1))XX"]
            if members.contains(where: { covered.contains($0.name.uppercased()) }) { continue }
            members.append(.init(name: status, value: ["$ref": .string("#/components/responses/\(name(of: status))")]))
        }
        return .object(members.sorted { $0.name < $1.name })
    }

    private static func name(of status: String) -> String { "Gateway\(status)" }

    /// Problem details (RFC 9457).
    private static var problem: JSONTree {
        [
            "type": "object", "required": ["type", "title", "status", "detail"],
            "properties": [
                "type": ["type": "string", "description": "`urn:gateway:error:` and a stable code."],
                "title": ["type": "string"], "status": ["type": "integer"], "detail": ["type": "string"],
                "instance": ["type": "string", "description": "The path that was asked for."],
                "requestId": ["type": "string"],
            ],
        ]
    }
}
