import Foundation
import SQLite
import ServiceKit
import Testing

@testable import Shop

/// Files of the first release, with data, become files of this one. The schemas are as they were released: they are
/// never edited.
@Suite struct MigrationTests {
    @Test func `users of the first release and their sessions are kept`() async throws {
        let hash = "$scrypt$ln=1,r=1,p=1$c2FsdA$aGFzaA"
        let old = try OldFile(ReleasedSchemas.auth)
        try await old.database.write { context in
            _ = try context.insert(
                """
                INSERT INTO users (username, username_key, email, email_key, password_hash, roles, created)
                VALUES ('Alice', 'alice', 'A@shop.test', 'a@shop.test', ?, 'customer', 1700000000)
                """, .text(hash))
            try context.run(
                "INSERT INTO refresh_tokens (digest, family, user_id, expires) VALUES (x'01', x'02', 1, 4000000000)")
        }
        let database = try old.reopened(as: AuthMigrations.all)
        defer { database.close() }
        let found = try await UserStore(database: database).find(account: "alice")
        #expect(found?.user.username == "Alice")
        #expect(found?.passwordHash == hash)
        let sessions = try await database.read { context in
            try context.rows("SELECT user_id, expires FROM refresh_tokens") { [$0.integer(0), $0.integer(1)] }
        }
        #expect(sessions == [[1, 4_000_000_000]])
    }

    @Test func `products of the first release are listed, found and reviewed`() async throws {
        let old = try OldFile(ReleasedSchemas.products)
        try await old.database.write { context in
            _ = try context.insert(
                """
                INSERT INTO products (name, name_key, description, price, category, category_key, seller, created, updated)
                VALUES ('Kettle', 'kettle', 'It boils water.', 3950, 'Kitchen', 'kitchen', '1', 1700000000, 1700000001)
                """)
        }
        let database = try old.reopened(as: ProductMigrations.all)
        defer { database.close() }
        let product = try await ProductStore(database: database).product(1)
        #expect(product.name == "Kettle")
        #expect(product.price.minorUnits == 3950)
        let found = try await database.read { context in
            try context.rows("SELECT rowid FROM product_search WHERE product_search MATCH 'boils'") { $0.integer(0) }
        }
        #expect(found == [1])
    }
}

/// A database as an earlier release left it.
private final class OldFile {
    let database: Database
    private let path: String

    init(_ schema: [Migration]) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("old-\(UUID().uuidString).db").path
        database = try Database(path: path, migrations: schema)
    }

    deinit {
        for suffix in ["", "-wal", "-shm", ".lock"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }

    func reopened(as schema: [Migration]) throws -> Database {
        database.close()
        return try Database(path: path, migrations: schema)
    }
}
