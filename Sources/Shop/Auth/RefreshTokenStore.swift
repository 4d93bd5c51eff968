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

    /// What presenting a token led to.
    enum Exchange: Sendable {
        case renewed(User, token: String)
        /// It was used before; its family is gone now.
        case reused
        case unknown
    }

    /// A token of a new family.
    func issue(to user: Int64, at now: Int64) async throws -> String {
        let token = Self.makeToken()
        let family = SecureRandom.bytes(16)
        try await database.write { context in
            // Here is where the table would grow, so here it is tidied.
            try context.run("DELETE FROM refresh_tokens WHERE expires <= ?", .integer(now))
            try Self.insert(token, family: family, user: user, at: now, in: context)
        }
        return token
    }

    /// Exchanges a token for the next one of its family.
    func exchange(_ token: String, at now: Int64) async throws -> Exchange {
        let digest = Self.digest(of: token)
        let next = Self.makeToken()
        // The outcome is returned, not thrown: the end of a family must be kept.
        return try await database.write { context -> Exchange in
            let found = try context.first(
                "SELECT family, user_id, is_replaced FROM refresh_tokens WHERE digest = ? AND expires > ?",
                .blob(digest), .integer(now)
            ) { (family: $0.blob(0), user: $0.integer(1), isReplaced: $0.integer(2) != 0) }
            guard let found else { return .unknown }
            if found.isReplaced {
                try context.run("DELETE FROM refresh_tokens WHERE family = ?", .blob(found.family))
                return .reused
            }
            try context.run("UPDATE refresh_tokens SET is_replaced = 1 WHERE digest = ?", .blob(digest))
            try Self.insert(next, family: found.family, user: found.user, at: now, in: context)
            let user = try context.first("SELECT " + User.columns + " FROM users WHERE id = ?", .integer(found.user)) {
                User($0)
            }
            return user.map { .renewed($0, token: next) } ?? .unknown
        }
    }

    private static func makeToken() -> String {
        String(decoding: Base64URL.encode(SecureRandom.bytes(32).span), as: UTF8.self)
    }

    private static func digest(of token: String) -> [UInt8] {
        HashAlgorithm.sha256.digest(Array(token.utf8).span)
    }

    private static func insert(
        _ token: String, family: [UInt8], user: Int64, at now: Int64, in context: borrowing WriteContext
    ) throws {
        try context.run(
            "INSERT INTO refresh_tokens (digest, family, user_id, expires) VALUES (?, ?, ?, ?)",
            .blob(digest(of: token)), .blob(family), .integer(user), .integer(now + lifetime))
    }
}
