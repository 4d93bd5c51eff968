import Foundation
import SQLite
import ServiceKit
import Testing

@testable import Shop

@Suite struct ArchiveTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shop-\(UUID().uuidString)").path

    private var databases: String { folder + "/var" }
    private var copies: String { folder + "/copies" }

    private func open<Handler: ServiceHandler>(_ handler: Handler.Type) throws -> Database {
        try FileManager.default.createDirectory(atPath: databases, withIntermediateDirectories: true)
        return try Database(path: "\(databases)/\(Handler.name).db", migrations: Handler.migrations)
    }

    private func products(in database: Database) async throws -> Int64 {
        try await database.read { try $0.first("SELECT count(*) FROM products") { $0.integer(0) } ?? 0 }
    }

    private func shop(_ arguments: String...) -> Int32 { ShopCommand.main(arguments) }

    @Test func `what is lost comes back, for all services, while a backup needs nobody to stop`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let auth = try open(AuthHandler.self)
        let catalogue = try open(ProductsHandler.self)
        try await ProductStore(database: catalogue).seed(ProductSeed.products, at: 1)
        #expect(shop("backup", copies, "--directory", databases) == 0)
        // Nobody may be using what is replaced.
        #expect(shop("restore", copies, "--directory", databases) == 1)
        try await catalogue.write { _ = try $0.run("DELETE FROM products") }
        catalogue.close()
        // One service that still runs keeps all of them from being replaced.
        #expect(shop("restore", copies, "--directory", databases) == 1)
        let untouched = try open(ProductsHandler.self)
        #expect(try await products(in: untouched) == 0)
        untouched.close()
        auth.close()
        #expect(shop("restore", copies, "--directory", databases) == 0)
        let restored = try open(ProductsHandler.self)
        #expect(try await products(in: restored) == Int64(ProductSeed.products.count))
        restored.close()
    }

    @Test func `seeding again changes nothing`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try open(ProductsHandler.self).close()
        #expect(shop("seed", "--directory", databases) == 0)
        let catalogue = try open(ProductsHandler.self)
        try await catalogue.write { _ = try $0.run("DELETE FROM products WHERE id = 1") }
        let count = try await products(in: catalogue)
        catalogue.close()
        #expect(shop("seed", "--directory", databases) == 0)
        let again = try open(ProductsHandler.self)
        #expect(try await products(in: again) == count)
        again.close()
    }

    @Test func `a dead letter is sent again when somebody asks for it`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: databases, withIntermediateDirectories: true)
        let path = databases + "/maker.db"
        let database = try Database(path: path, migrations: [Outbox.migration])
        try await database.write { context in
            _ = try context.run(
                """
                INSERT INTO dead_letters (id, subscriber, kind, key, time, payload, attempts, reason, died)
                VALUES ('e1', 'profile', 'user.registered', '1', 1, '{}', 12, 'it was down', 1)
                """)
        }
        #expect(try await DeadLetters(database).all().map(\.reason) == ["it was down"])
        #expect(shop("dead-letters", "--database", path, "--retry", "e2") == 1)
        #expect(shop("dead-letters", "--database", path, "--retry", "e1") == 0)
        #expect(try await DeadLetters(database).all().isEmpty)
        let waiting = try await database.read { context in
            try context.rows("SELECT id, attempts FROM outbox WHERE delivered IS NULL") {
                "\($0.text(0)) \($0.integer(1))"
            }
        }
        #expect(waiting == ["e1 0"])
        database.close()
    }

    @Test(arguments: [["bakcup"], ["backup"], ["dead-letters"], ["seed", "--directroy", "x"]])
    func `a command line that is wrong is an error of its own`(arguments: [String]) {
        #expect(ShopCommand.main(arguments) == 2)
    }
}
