import Crypto
import SQLite
import ServiceKit

/// Accounts and tokens.
struct AuthHandler: ServiceHandler {
    static let name = "auth"
    static let migrations = AuthMigrations.all

    private let users: UserStore
    private let refreshTokens: RefreshTokenStore
    private let issuer: TokenIssuer
    private let limiter = LoginLimiter()
    private let passwords: PasswordHasher
    private let work: BlockingWork
    private let now: @Sendable () -> Int64

    init(_ context: HandlerContext) throws {
        try self.init(context, passwords: PasswordHasher())
    }

    /// - Parameter passwords: what hashes passwords; tests take a cheap one.
    init(_ context: HandlerContext, passwords: PasswordHasher) throws {
        users = UserStore(database: context.database)
        refreshTokens = RefreshTokenStore(database: context.database)
        issuer = try TokenIssuer(context.tokens)
        self.passwords = passwords
        work = context.work
        now = context.now
    }

    func addRoutes(to routes: inout Routes) {
        routes.post("/register", access: .anyone) { try await register($0) }
        routes.post("/login", access: .anyone) { try await signIn($0.form()) }
        routes.post("/token", access: .anyone) { try await token($0) }
        routes.post("/refresh", access: .anyone) { try await refresh($0.form()) }
    }

    func seed() async throws {
        guard try await users.isUnused() else { return }
        var accounts: [(registration: Registration, passwordHash: String)] = []
        for registration in AuthSeed.accounts {
            accounts.append((registration, try await hash(registration.password)))
        }
        try await users.seed(accounts, at: now())
    }

    private func register(_ request: ServiceRequest) async throws -> ServiceResponse {
        let registration = try Registration(request.form())
        // Asked once more when the account is made; asking now saves the hashing.
        try await users.checkIsFree(registration)
        let hash = try await hash(registration.password)
        return .json(try await users.create(registration, passwordHash: hash, at: now()).json, status: 201)
    }

    /// The token endpoint of OAuth 2 (RFC 6749 sections 4.3 and 6).
    private func token(_ request: ServiceRequest) async throws -> ServiceResponse {
        var form = try request.form()
        switch form.optionalExactText("grant_type") {
        case nil, "password": return try await signIn(form)
        case "refresh_token": return try await refresh(form)
        default:
            throw Problem.badRequest("unsupported-grant-type", "grant_type must be password or refresh_token.")
        }
    }

    private func signIn(_ form: Form) async throws -> ServiceResponse {
        let credentials = try Credentials(form)
        // Taken before the password is looked at, or many guesses at once would all find one left.
        if let wait = limiter.take(credentials.account, at: now()) {
            throw Problem.tooManyRequests("Too many attempts at this account.", retryAfter: Int(wait))
        }
        let found = try await users.find(account: credentials.account)
        let verdict = try await work.run { [passwords] in
            try passwords.verify(Array(credentials.password.utf8).span, against: found?.passwordHash)
        }
        // One answer, after the same work, whether the account exists or not.
        guard let user = found?.user, verdict != .invalid else {
            throw Problem(401, "invalid-credentials", "Not signed in", "The user name or the password is wrong.")
        }
        limiter.reset(credentials.account)
        if verdict == .validButOutdated {
            try await users.setPasswordHash(hash(credentials.password), of: user.id)
        }
        return try answer(for: user, refreshToken: await refreshTokens.issue(to: user.id, at: now()))
    }

    private func refresh(_ original: Form) async throws -> ServiceResponse {
        var form = original
        let token = form.exactText("refresh_token")
        try form.check()
        guard case .renewed(let user, let next) = try await refreshTokens.exchange(token, at: now()) else {
            throw Problem(
                401, "invalid-refresh-token", "Not signed in", "The refresh token is not valid; sign in again.")
        }
        return try answer(for: user, refreshToken: next)
    }

    /// The token answer of OAuth 2 (RFC 6749 section 5.1), which nothing may store.
    private func answer(for user: User, refreshToken: String) throws -> ServiceResponse {
        .json(
            [
                "access_token": .string(try issuer.token(for: user, at: now())), "token_type": "Bearer",
                "expires_in": .integer(TokenIssuer.lifetime), "refresh_token": .string(refreshToken),
            ], fields: [HeaderField("cache-control", "no-store")])
    }

    private func hash(_ password: String) async throws -> String {
        try await work.run { [passwords] in try passwords.hash(Array(password.utf8).span) }
    }
}
