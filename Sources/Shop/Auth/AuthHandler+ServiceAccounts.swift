import SQLite
import ServiceKit

/// Machines outside.
extension AuthHandler {
    func addServiceAccounts(to routes: inout Routes) {
        routes.post(
            "/get-token", Operation("Gives a token to a service", refusals: [429]), access: .anyone,
            body: ServiceAccount.Credentials.self, status: 200
        ) { .unstored(ServiceTokenGrant(accessToken: try await serviceToken($0.body, $0.request))) }
        routes.post(
            "/service-accounts", Operation("Makes a service account", refusals: [403, 409]),
            body: ServiceAccount.Draft.self
        ) { call in
            try call.caller().requireAdmin()
            return .unstored(try await serviceAccounts.create(call.body, at: now()))
        }
        routes.get(
            "/service-accounts", Operation("Lists service accounts", refusals: [403]), query: ServiceAccountQuery.self
        ) { call in
            try call.caller().requireAdmin()
            let page = call.query.page
            let accounts = try await serviceAccounts.accounts(after: page.start?.id, limit: page.limit + 1)
            return page.reply(accounts, to: call.request) {
                Page.Position(order: ServiceAccountQuery.order, key: "", id: $0.id)
            }
        }
        routes.delete(
            "/service-accounts/{id:int}", Operation("Removes a service account", refusals: [403])
        ) { call in
            try call.caller().requireAdmin()
            let id = call.parameters.integer("id")
            try await serviceAccounts.delete(id, at: now())
            return .ok(Done(id, "The account was removed, and its tokens end."))
        }
    }

    private func serviceToken(
        _ credentials: ServiceAccount.Credentials, _ request: ServiceRequest
    ) async throws -> String {
        let name = credentials.name
        guard let secret = credentials.secret else {
            guard isOpen else { throw Problem.invalid([.init("service_secret", "is required")]) }
            return try issuer.token(
                forService: name, subject: "open:" + name, session: nil, scopes: ["products:read", "orders:write"],
                at: now())
        }
        let own = AttemptLimiter.Bucket.service(name)
        let buckets = [own] + [.address(of: request)].compactMap(\.self)
        try await limiter.take(buckets, at: now())
        guard let account = try await serviceAccounts.verify(name, secret: secret) else {
            throw Problem(401, "invalid-credentials", "Not signed in", "The service's name or its secret is wrong.")
        }
        try await limiter.database.write { try AttemptLimiter.giveBack(buckets, filling: own, in: $0) }
        return try issuer.token(
            forService: name, subject: account.subject, session: account.session,
            scopes: account.scope.split(separator: " ").map(String.init), at: now())
    }
}

/// Which service accounts are listed.
private struct ServiceAccountQuery: Input {
    static let order = "service-accounts"
    let page: Page

    init(_ form: inout Form) { page = Page(&form, order: Self.order) }
}

extension Caller {
    /// - Throws: 403 for anybody but an administrator.
    func requireAdmin() throws(Problem) {
        if !isAdmin { throw .forbidden("This is for administrators.") }
    }
}
