/// Who may use a route.
public enum Access: Hashable, Sendable {
    /// Everybody.
    case anyone
    /// Whoever signed in.
    case signedIn
    /// Whoever signed in, and services only with this scope: a token that lists scopes is limited to them.
    case scope(String)
    /// Services, and only those with this scope. Users never, whoever they are.
    case service(String)

    /// Lets those pass who may, for what is no route: the CONNECT of a chat, for one.
    ///
    /// - Throws: 401 when nobody signed in, 403 when the token lacks the scope.
    public func check(_ identity: Caller?) throws(Problem) {
        guard self != .anyone else { return }
        guard let identity else { throw .unauthenticated }
        switch self {
        case .anyone, .signedIn: return
        case .scope(let scope):
            guard !identity.scopes.isEmpty, !identity.scopes.contains(scope) else { return }
            throw .insufficientScope(scope)
        case .service(let scope):
            guard identity.roles.contains("service") else { throw .forbidden("This address is for services.") }
            guard identity.scopes.contains(scope) else { throw .insufficientScope(scope) }
        }
    }
}

extension Problem {
    /// 403 as RFC 6750 section 3.1 has it.
    fileprivate static func insufficientScope(_ scope: String) -> Problem {
        Problem(
            403, "insufficient-scope", "Forbidden", "The token lacks the scope \(scope).",
            fields: [HeaderField("www-authenticate", #"Bearer error="insufficient_scope", scope="\#(scope)""#)])
    }
}
