import Crypto
import SQLite
import ServiceKit

/// Accounts and tokens.
struct AuthHandler: ServiceHandler {
    static let name = "auth"
    static let migrations = AuthMigrations.all
    static let scopes = ["events:write"]

    let users: UserStore
    let refreshTokens: RefreshTokenStore
    let revocations: RevocationStore
    let serviceAccounts: ServiceAccountStore
    let outbox: Outbox
    let issuer: TokenIssuer
    let reader: TokenReader
    let limiter: AttemptLimiter
    let passwords: PasswordHasher
    let isOpen: Bool
    let work: BlockingWork
    let now: @Sendable () -> Int64

    init(_ context: HandlerContext) throws {
        try self.init(
            context, passwords: PasswordHasher(),
            isOpen: ProcessEnvironment.variable("SHOP_OPEN_GET_TOKEN") == "1")
    }

    /// - Parameters:
    ///   - passwords: what hashes passwords; tests take a cheap one.
    ///   - isOpen: whether services without a secret get a token that may read products and place orders.
    init(_ context: HandlerContext, passwords: PasswordHasher, isOpen: Bool = false) throws {
        users = UserStore(database: context.database)
        refreshTokens = RefreshTokenStore(database: context.database)
        revocations = RevocationStore(database: context.database)
        serviceAccounts = ServiceAccountStore(database: context.database)
        outbox = Outbox(Self.name, context)
        issuer = try TokenIssuer(context.tokens)
        reader = try TokenReader(context.tokens)
        limiter = AttemptLimiter(database: context.database)
        self.passwords = passwords
        self.isOpen = isOpen
        work = context.work
        now = context.now
    }

    func seed() async throws {
        guard try await users.isUnused() else { return }
        var accounts: [(registration: Registration, passwordHash: String)] = []
        for registration in AuthSeed.accounts {
            accounts.append((registration, try await hash(registration.password)))
        }
        try await users.seed(accounts, at: now())
    }

    func addRoutes(to routes: inout Routes) {
        addSignIn(to: &routes)
        addTokens(to: &routes)
        addServiceAccounts(to: &routes)
    }
}
