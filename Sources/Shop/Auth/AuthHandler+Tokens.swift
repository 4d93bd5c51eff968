import ServiceKit

/// What is good and what is not.
extension AuthHandler {
    func addTokens(to routes: inout Routes) {
        routes.post(
            "/validate", "Tells whether a token is good", body: Introspection.Question.self, status: 200
        ) { call in
            let claims =
                if let token = call.body.token {
                    reader.claims(of: token, at: now())
                } else {
                    reader.claims(of: call.request, at: now())
                }
            guard let claims, try await !revocations.contains(anyOf: claims.revocable) else {
                return .unstored(Introspection.inactive)
            }
            return .unstored(.active(claims))
        }
        routes.get("/.well-known/jwks.json", "Lists the keys that tokens are checked with", access: .anyone) { _ in
            Reply(PublicKeys(), fields: [HeaderField("cache-control", "public, max-age=300")])
        }
        // For the gateway, which asks without a token over the service's own socket. No route leads here from outside.
        routes.get("/revocations", access: .anyone) { request in
            var form = Form(request.query)
            let after = form.optionalInteger("after", 0...Int64.max) ?? 0
            try form.check()
            return .json(try await revocations.page(after: after, at: now()).json)
        }
    }
}

/// The public keys of the tokens (RFC 7517): none, for they are signed with a secret that the services share.
private struct PublicKeys: Resource {
    static let shape = Shape<PublicKeys>(
        "PublicKeys", [.init("keys", .list(of: .object(nil, []))) { _ in .array([]) }])
}
