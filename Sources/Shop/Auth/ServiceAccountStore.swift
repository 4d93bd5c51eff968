import Bytes
import Crypto
import SQLite
import ServiceKit

/// The statements of service accounts.
struct ServiceAccountStore: Sendable {
    let database: Database

    /// - Throws: 409 when the name is taken.
    func create(_ draft: ServiceAccount.Draft, at now: Int64) async throws -> ServiceAccount.Created {
        let secret = String(decoding: Base64URL.encode(SecureRandom.bytes(32).span), as: UTF8.self)
        let digest = Self.digest(of: secret)
        return try await database.write { context in
            if try context.exists("SELECT 1 FROM service_accounts WHERE name = ?", .text(draft.name)) {
                throw Problem.conflict("name-taken", "There is an account of this name.", field: "service_name")
            }
            let id = try context.insert(
                "INSERT INTO service_accounts (name, digest, scope, created) VALUES (?, ?, ?, ?)",
                .text(draft.name), .blob(digest), .text(draft.scope), .integer(now))
            return ServiceAccount.Created(account: try Self.find(id, in: context), secret: secret)
        }
    }

    /// The accounts behind the id `start`.
    func accounts(after start: Int64?, limit: Int) async throws -> [ServiceAccount] {
        try await database.read { context in
            try context.rows(
                "SELECT " + ServiceAccount.columns + " FROM service_accounts WHERE id > ? ORDER BY id LIMIT ?",
                .integer(start ?? 0), .integer(Int64(limit))
            ) { ServiceAccount($0) }
        }
    }

    /// Removes an account, and ends its tokens.
    ///
    /// - Throws: 404.
    func delete(_ id: Int64, at now: Int64) async throws {
        try await database.write { context in
            let account = try Self.find(id, in: context)
            try context.run("DELETE FROM service_accounts WHERE id = ?", .integer(id))
            try RevocationStore.revoke(account.session, at: now, in: context)
        }
    }

    /// The account whose secret that is; nil when there is none, after the same work.
    func verify(_ name: String, secret: String) async throws -> ServiceAccount? {
        let found = try await database.read { context in
            try context.first(
                "SELECT " + ServiceAccount.columns + ", digest FROM service_accounts WHERE name = ?", .text(name)
            ) { (account: ServiceAccount($0), digest: $0.blob(4)) }
        }
        let expected = found?.digest ?? Self.digest(of: "")
        let isRight = Self.digest(of: secret).span.equalsInConstantTime(expected.span)
        return isRight ? found?.account : nil
    }

    private static func find(_ id: Int64, in context: borrowing WriteContext) throws -> ServiceAccount {
        let found = try context.first(
            "SELECT " + ServiceAccount.columns + " FROM service_accounts WHERE id = ?", .integer(id)
        ) { ServiceAccount($0) }
        guard let found else { throw Problem.notFound("There is no service account \(id).") }
        return found
    }

    private static func digest(of secret: String) -> [UInt8] {
        HashAlgorithm.sha256.digest(Array(secret.utf8).span)
    }
}
