import Crypto
import SQLite
import ServiceKit

/// Signing up, in and out.
extension AuthHandler {
    func addSignIn(to routes: inout Routes) {
        let refused = [429]
        routes.post(
            "/register", Operation("Makes an account", refusals: [409]), access: .anyone, body: Registration.self
        ) { call in
            // Asked once more when the account is made; asking now saves the hashing.
            try await users.checkIsFree(call.body)
            let hash = try await hash(call.body.password)
            return .ok(try await users.create(call.body, passwordHash: hash, at: now(), telling: outbox))
        }
        routes.post(
            "/login", Operation("Signs in", refusals: refused), access: .anyone, body: Credentials.self, status: 200
        ) { .unstored(try await signIn($0.body, $0.request)) }
        routes.post(
            "/token", Operation("Gives tokens, as OAuth 2 has it", refusals: refused), access: .anyone,
            body: TokenRequest.self, status: 200
        ) { call in
            switch call.body.grant {
            case .password(let credentials): .unstored(try await signIn(credentials, call.request))
            case .refreshToken(let token): .unstored(try await refresh(token))
            }
        }
        routes.post(
            "/refresh", "Exchanges a refresh token", access: .anyone, body: RefreshRequest.self, status: 200
        ) { .unstored(try await refresh($0.body.token)) }
        routes.post("/logout", "Ends the session of the token", body: LogoutRequest.self, status: 200) { call in
            try await signOut(call)
            return .ok(SignedOut())
        }
    }

    private func signIn(_ credentials: Credentials, _ request: ServiceRequest) async throws -> TokenGrant {
        let own = AttemptLimiter.Bucket.user(credentials.account)
        let buckets = [own] + [.address(of: request)].compactMap(\.self)
        try await limiter.take(buckets, at: now())
        let found = try await users.find(account: credentials.account)
        let verdict = try await work.run { [passwords] in
            try passwords.verify(Array(credentials.password.utf8).span, against: found?.passwordHash)
        }
        // One answer, after the same work, whether the account exists or not.
        guard let user = found?.user, verdict != .invalid else {
            throw Problem(401, "invalid-credentials", "Not signed in", "The user name or the password is wrong.")
        }
        if verdict == .validButOutdated {
            try await users.setPasswordHash(hash(credentials.password), of: user.id)
        }
        let time = now()
        let issued = try await refreshTokens.database.write { context in
            try AttemptLimiter.giveBack(buckets, filling: own, in: context)
            return try RefreshTokenStore.issue(to: user.id, at: time, in: context)
        }
        return try grant(issued, to: user)
    }

    private func refresh(_ token: String) async throws -> TokenGrant {
        guard case .renewed(let user, let issued) = try await refreshTokens.exchange(token, at: now()) else {
            throw Problem(
                401, "invalid-refresh-token", "Not signed in", "The refresh token is not valid; sign in again.")
        }
        return try grant(issued, to: user)
    }

    private func grant(_ issued: RefreshTokenStore.Issued, to user: User) throws -> TokenGrant {
        let token = try issuer.token(for: user, session: issued.session, at: now())
        return TokenGrant(accessToken: token, refreshToken: issued.token)
    }

    private func signOut(_ call: Call<NoInput, LogoutRequest>) async throws {
        let caller = try call.caller()
        guard let claims = reader.claims(of: call.request, at: now()) else { throw Problem.unauthenticated }
        // All tokens of a service account are one session, which is not for one of its holders to end.
        let isUser = Int64(caller.subject) != nil
        guard let session = isUser ? claims.revocable.first : claims.text("jti") else { return }
        try await refreshTokens.end(session, and: call.body.refreshToken, of: caller.subject, at: now())
    }

    func hash(_ password: String) async throws -> String {
        try await work.run { [passwords] in try passwords.hash(Array(password.utf8).span) }
    }
}

/// That a session ended.
private struct SignedOut: Resource {
    static let shape = Shape<SignedOut>("SignedOut", [.text("message") { _ in "You are signed out." }])
}
