import HTTP

/// What the file alone says about a request: which route, and what the gateway would do.
enum RouteDecision: Equatable {
    case notFound
    case methodNotAllowed(MethodSet)
    /// No token, and one is required.
    case unauthorized(route: Int)
    /// The token lacks a scope or a role.
    case forbidden(route: Int)
    /// The gateway answers itself.
    case answered(route: Int, status: Int)
    case forwarded(route: Int)

    /// Decides on a request that brings a good token with these grants, or none.
    init(
        _ head: borrowing RequestHead, token: RouteTest.Token?, table: RouteTable, routes: [RouteDefinition]
    ) {
        switch table.match(head) {
        case .notFound: self = .notFound
        case .methodNotAllowed(let allow): self = .methodNotAllowed(allow)
        case .found(let index, _):
            let auth = routes[index].auth
            if auth.mode == .required, token == nil {
                self = .unauthorized(route: index)
            } else if auth.mode != .none, let token, !token.satisfies(auth) {
                self = .forbidden(route: index)
            } else if case .respond(let response) = routes[index].action {
                self = .answered(route: index, status: response.status)
            } else {
                self = .forwarded(route: index)
            }
        }
    }

    /// The index of the route, nil when there is none.
    var route: Int? {
        switch self {
        case .notFound, .methodNotAllowed: nil
        case .unauthorized(let route), .forbidden(let route), .answered(let route, _), .forwarded(let route): route
        }
    }

    /// The status that the gateway answers with; 200 stands for forwarding.
    var status: Int {
        switch self {
        case .notFound: 404
        case .methodNotAllowed: 405
        case .unauthorized: 401
        case .forbidden: 403
        case .answered(_, let status): status
        case .forwarded: 200
        }
    }
}

extension RouteTest.Token {
    fileprivate func satisfies(_ rule: AuthRule) -> Bool {
        rule.scopes.allSatisfy { scopes.contains($0) }
            && (rule.roles.isEmpty || rule.roles.contains { roles.contains($0) })
    }
}
