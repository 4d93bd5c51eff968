/// Who may use a route.
public enum Access: Hashable, Sendable {
    /// Everybody.
    case anyone
    /// Whoever signed in.
    case signedIn
    /// Whoever signed in, and services only with this scope: a token that lists scopes is limited to them.
    case scope(String)

    func check(_ identity: Caller?) throws(Problem) {
        guard self != .anyone else { return }
        guard let identity else { throw .unauthenticated }
        guard case .scope(let scope) = self, !identity.scopes.isEmpty, !identity.scopes.contains(scope) else { return }
        // RFC 6750 section 3.1.
        throw Problem(
            403, "insufficient-scope", "Forbidden", "The token lacks the scope \(scope).",
            fields: [HeaderField("www-authenticate", #"Bearer error="insufficient_scope", scope="\#(scope)""#)])
    }
}
