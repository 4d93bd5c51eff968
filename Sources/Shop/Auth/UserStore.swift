import SQLite
import ServiceKit

/// The accounts' statements.
struct UserStore: Sendable {
    let database: Database

    /// - Throws: 409 when the name or the address is taken.
    func checkIsFree(_ registration: Registration) async throws {
        try await database.read { try Self.checkIsFree(registration, in: $0) }
    }

    /// Makes an account, and tells of it.
    ///
    /// - Throws: 409 when the name or the address is taken.
    func create(
        _ registration: Registration, passwordHash: String, at now: Int64, telling outbox: Outbox
    ) async throws -> User {
        try await database.write { context in
            try Self.checkIsFree(registration, in: context)
            let user = try Self.insert(registration, passwordHash: passwordHash, at: now, in: context)
            try outbox.append(
                "user.registered", key: String(user.id),
                ["user_id": .integer(user.id), "username": .string(user.username), "email": .string(user.email)],
                at: now, in: context)
            return user
        }
    }

    /// The account of that name or address with the hash of its password, or nil.
    func find(account: String) async throws -> (user: User, passwordHash: String)? {
        try await database.read { context in
            try context.first(
                "SELECT " + User.columns + ", password_hash FROM users WHERE username_key = ?1 OR email_key = ?1",
                .text(account)
            ) { (User($0), $0.text(5)) }
        }
    }

    /// Replaces a hash that was made with yesterday's parameters.
    func setPasswordHash(_ hash: String, of id: Int64) async throws {
        try await database.write { context in
            _ = try context.run("UPDATE users SET password_hash = ?2 WHERE id = ?1", .integer(id), .text(hash))
        }
    }

    /// Adds a role, which tokens made from now on have.
    ///
    /// - Returns: false when there is no such user.
    func grant(_ role: String, to username: String) async throws -> Bool {
        try await database.write { context in
            let found = try context.first(
                "SELECT " + User.columns + " FROM users WHERE username_key = ?", .text(folded(username))
            ) { User($0) }
            guard let found else { return false }
            if !found.roles.contains(role) {
                try context.run(
                    "UPDATE users SET roles = ? WHERE id = ?",
                    .text((found.roles + [role]).joined(separator: " ")), .integer(found.id))
            }
            return true
        }
    }

    /// Whether there never was an account.
    func isUnused() async throws -> Bool {
        try await database.read { try Self.isUnused($0) }
    }

    /// Adds accounts if there never was one.
    func seed(_ accounts: [(registration: Registration, passwordHash: String)], at now: Int64) async throws {
        try await database.write { context in
            guard try Self.isUnused(context) else { return }
            for account in accounts {
                _ = try Self.insert(account.registration, passwordHash: account.passwordHash, at: now, in: context)
            }
        }
    }

    private static func isUnused(_ context: borrowing some QueryContext & ~Copyable) throws -> Bool {
        try !context.exists("SELECT 1 FROM sqlite_sequence WHERE name = 'users'")
    }

    private static func checkIsFree(
        _ registration: Registration, in context: borrowing some QueryContext & ~Copyable
    ) throws {
        // A name that is somebody's address would sign in as either of them.
        let taken: SQL = "SELECT 1 FROM users WHERE username_key = ?1 OR email_key = ?1"
        if try context.exists(taken, .text(folded(registration.username))) {
            throw Problem.conflict("username-taken", "The user name is taken.", field: "username")
        }
        if let email = registration.email, try context.exists(taken, .text(folded(email))) {
            throw Problem.conflict("email-taken", "There is an account with this address.", field: "email")
        }
    }

    private static func insert(
        _ registration: Registration, passwordHash: String, at now: Int64, in context: borrowing WriteContext
    ) throws -> User {
        let id = try context.insert(
            """
            INSERT INTO users (username, username_key, email, email_key, password_hash, roles, created)
            VALUES (?, ?, ?, ?, ?, 'customer', ?)
            """,
            .text(registration.username), .text(folded(registration.username)), .text(registration.email),
            .text(registration.email.map(folded)), .text(passwordHash), .integer(now))
        let user = try context.first("SELECT " + User.columns + " FROM users WHERE id = ?", .integer(id)) { User($0) }
        guard let user else { preconditionFailure("a row vanished inside of its transaction") }
        return user
    }
}
