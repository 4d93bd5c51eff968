import ServiceKit

/// What a token says, for services that cannot check it themselves (RFC 7662 section 2.2). Of one that is not good nothing is
/// said but that.
enum Introspection: Output {
    case active(Claims)
    case inactive

    /// A token that is asked about; without one it is the bearer token itself.
    struct Question: Input {
        static var isOptional: Bool { true }
        let token: String?

        init(_ form: inout Form) { token = form.optionalExactText("token") }
    }

    static let schema = Schema.object(
        "Introspection",
        [Schema.Property("active", .boolean)]
            + ["sub", "iss", "aud", "scope", "username", "service_name", "jti", "sid", "token_type"].map {
                Schema.Property($0, .text(), isRequired: false)
            }
            + ["exp", "iat"].map { Schema.Property($0, .integer(), isRequired: false) }
            + [Schema.Property("roles", .list(of: .text()), isRequired: false)])

    var json: JSON {
        guard case .active(let claims) = self else { return ["active": false] }
        var members: [JSON.Member] = [
            .init("active", true), .init("sub", .string(claims.subject)), .init("iss", .string(claims.issuer)),
            .init("exp", .integer(claims.expiry)), .init("token_type", "Bearer"),
        ]
        for name in ["aud", "scope", "username", "service_name", "jti", "sid"] {
            if let text = claims.text(name) { members.append(.init(name, .string(text))) }
        }
        if let issued = claims.text("iat").flatMap({ Int64($0) }) { members.append(.init("iat", .integer(issued))) }
        let roles = claims.text("roles")?.split(separator: ",").map { JSON.string(String($0)) } ?? []
        members.append(.init("roles", .array(roles)))
        return .object(members)
    }
}
