import SQLite
import ServiceKit

/// The statements of profiles.
struct ProfileStore: Sendable {
    let database: Database

    /// The profile of a user, which is made when there is none: the event that makes it may still be on its way.
    func profile(of user: String, at now: Int64) async throws -> Profile {
        if let found = try await database.read({ try Self.find(user, in: $0) }) { return found }
        return try await database.write { context in
            try Self.makeIfMissing(user, name: "", email: nil, at: now, in: context)
            return try Self.existing(user, in: context)
        }
    }

    func change(_ change: ProfileChange, of user: String, at now: Int64) async throws -> Profile {
        try await database.write { context in
            try Self.makeIfMissing(user, name: "", email: nil, at: now, in: context)
            try context.run(
                """
                UPDATE profiles SET name = coalesce(?2, name), email = coalesce(?3, email),
                    phone = coalesce(?4, phone), updated = ?5
                WHERE user = ?1
                """,
                .text(user), .text(change.name), .text(change.email), .text(change.phone), .integer(now))
            return try Self.existing(user, in: context)
        }
    }

    /// Makes the profile of a user who just registered. What the user wrote before this arrived stays.
    static func welcome(
        _ user: String, name: String, email: String?, at now: Int64, in context: borrowing WriteContext
    ) throws {
        try makeIfMissing(user, name: name, email: email, at: now, in: context)
        try context.run(
            """
            UPDATE profiles SET name = CASE name WHEN '' THEN ?2 ELSE name END, email = coalesce(email, ?3)
            WHERE user = ?1
            """, .text(user), .text(name), .text(email))
    }

    static func makeIfMissing(
        _ user: String, name: String, email: String?, phone: String = "", at now: Int64,
        in context: borrowing WriteContext
    ) throws {
        try context.run(
            """
            INSERT INTO profiles (user, name, email, phone, created, updated) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
            ON CONFLICT (user) DO NOTHING
            """, .text(user), .text(name), .text(email), .text(phone), .integer(now))
    }

    private static func find(
        _ user: String, in context: borrowing some QueryContext & ~Copyable
    ) throws -> Profile? {
        try context.first("SELECT " + Profile.columns + " FROM profiles WHERE user = ?", .text(user)) { Profile($0) }
    }

    private static func existing(_ user: String, in context: borrowing WriteContext) throws -> Profile {
        guard let profile = try find(user, in: context) else {
            preconditionFailure("a row vanished inside of its transaction")
        }
        return profile
    }
}
