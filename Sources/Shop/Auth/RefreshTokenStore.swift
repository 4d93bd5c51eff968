import Bytes
import Crypto
import SQLite

/// Refresh tokens: random, stored as digests, good for one use (RFC 9700 section 4.14.2).
///
///     sign-in -> token 1 -> token 2 -> token 3        one family
///                   \-- again: somebody has a copy, and the whole family ends
struct RefreshTokenStore: Sendable {
    /// Seconds that a token is good for: thirty days.
    static let lifetime: Int64 = 30 * 24 * 3600

    let database: Database

    /// A token with the session that it belongs to.
    struct Issued: Sendable {
        let token: String
        /// The name of the family, which access tokens carry as `sid`.
        let session: String
    }

    /// What presenting a token led to.
    enum Exchange: Sendable {
        case renewed(User, Issued)
        /// It was used before; its family is gone now, and its session ended.
        case reused
        case unknown
    }

    /// A token of a new family.
    static func issue(to user: Int64, at now: Int64, in context: borrowing WriteContext) throws -> Issued {
        // Here is where the table would grow, so here it is tidied.
        try context.run("DELETE FROM refresh_tokens WHERE expires <= ?", .integer(now))
        return try insert(family: SecureRandom.bytes(16), user: user, at: now, in: context)
    }

    /// Exchanges a token for the next one of its family.
    func exchange(_ token: String, at now: Int64) async throws -> Exchange {
        let digest = Self.digest(of: token)
        // The outcome is returned, not thrown: the end of a family must be kept.
        return try await database.write { context -> Exchange in
            let found = try context.first(
                "SELECT family, user_id, is_replaced FROM refresh_tokens WHERE digest = ? AND expires > ?",
                .blob(digest), .integer(now)
            ) { (family: $0.blob(0), user: $0.integer(1), isReplaced: $0.integer(2) != 0) }
            guard let found else { return .unknown }
            if found.isReplaced {
                try Self.end(found.family, at: now, in: context)
                return .reused
            }
            try context.run("UPDATE refresh_tokens SET is_replaced = 1 WHERE digest = ?", .blob(digest))
            let next = try Self.insert(family: found.family, user: found.user, at: now, in: context)
            let user = try context.first("SELECT " + User.columns + " FROM users WHERE id = ?", .integer(found.user)) {
                User($0)
            }
            return user.map { .renewed($0, next) } ?? .unknown
        }
    }

    /// Ends a session: its refresh tokens are gone, and its access tokens revoked, together.
    ///
    /// - Parameters:
    ///   - session: the `sid` or, where there is none, the `jti` of an access token.
    ///   - token: a refresh token whose session ends too, if it is one of `user`.
    ///   - user: the subject of the access token.
    func end(_ session: String, and token: String?, of user: String, at now: Int64) async throws {
        let digest = token.map(Self.digest)
        try await database.write { context in
            try RevocationStore.revoke(session, at: now, in: context)
            if let family = Base64URL.decode(Array(session.utf8).span) {
                try context.run("DELETE FROM refresh_tokens WHERE family = ?", .blob(family))
            }
            guard let digest, let user = Int64(user) else { return }
            let family = try context.first(
                "SELECT family FROM refresh_tokens WHERE digest = ? AND user_id = ?", .blob(digest), .integer(user)
            ) { $0.blob(0) }
            if let family { try Self.end(family, at: now, in: context) }
        }
    }

    private static func end(_ family: [UInt8], at now: Int64, in context: borrowing WriteContext) throws {
        try context.run("DELETE FROM refresh_tokens WHERE family = ?", .blob(family))
        try RevocationStore.revoke(text(of: family), at: now, in: context)
    }

    private static func text(of bytes: [UInt8]) -> String {
        String(decoding: Base64URL.encode(bytes.span), as: UTF8.self)
    }

    private static func digest(of token: String) -> [UInt8] {
        HashAlgorithm.sha256.digest(Array(token.utf8).span)
    }

    private static func insert(
        family: [UInt8], user: Int64, at now: Int64, in context: borrowing WriteContext
    ) throws -> Issued {
        let token = text(of: SecureRandom.bytes(32))
        try context.run(
            "INSERT INTO refresh_tokens (digest, family, user_id, expires) VALUES (?, ?, ?, ?)",
            .blob(digest(of: token)), .blob(family), .integer(user), .integer(now + lifetime))
        return Issued(token: token, session: text(of: family))
    }
}
