import Foundation
import SQLite
import Testing

private let notes = [
    Migration("notes", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, stars REAL) STRICT")
]

private func add(_ text: String, to database: Database) async throws -> Int64 {
    try await database.write { try $0.insert("INSERT INTO notes (text) VALUES (?)", .text(text)) }
}

private func texts(of database: Database) async throws -> [String] {
    try await database.read { try $0.rows("SELECT text FROM notes ORDER BY id") { $0.text(0) } }
}

@Suite struct DatabaseTests {
    let folder = TemporaryFolder()

    @Test func `what was written is read back, also after reopening`() async throws {
        let path = folder.file("a.db")
        let database = try Database(path: path, migrations: notes)
        let id = try await add("first", to: database)
        #expect(id == 1)
        #expect(try await texts(of: database) == ["first"])
        database.close()
        let again = try Database(path: path, migrations: notes)
        #expect(try await texts(of: again) == ["first"])
        again.close()
    }

    @Test(
        arguments: [
            .null, .integer(0), .integer(.min), .integer(.max), .real(-0.5), .text(""), .text("naïve 🦊\u{0}x"),
            .text("'; DROP TABLE notes; --"), .blob([]), .blob([0, 255]),
        ] as [Value])
    func `every value survives the way there and back`(value: Value) async throws {
        let database = try Database(path: folder.file("a.db"), migrations: [])
        let back: Value? = try await database.read { context in
            try context.first("SELECT ?1", value) { row in
                switch value {
                case .null: row.isNull(0) ? .null : .text("not null")
                case .integer: .integer(row.integer(0))
                case .real: .real(row.real(0))
                case .text: row.isNull(0) ? .null : .text(row.text(0))
                case .blob: row.isNull(0) ? .null : .blob(row.blob(0))
                }
            }
        }
        #expect(back == value)
    }

    @Test func `an error names the code and the statement, and not the values`() async throws {
        let database = try Database(path: folder.file("a.db"), migrations: notes)
        _ = try await add("secret", to: database)
        let error = await #expect(throws: DatabaseError.self) { _ = try await add("secret", to: database) }
        #expect(error?.isUniqueViolation == true)
        #expect(error?.code?.primary == .constraint)
        #expect(error?.description.contains("INSERT INTO notes (text) VALUES (?)") == true)
        #expect(error?.description.contains("secret") == false)
    }

    @Test func `reads cannot write`() async throws {
        let database = try Database(path: folder.file("a.db"), migrations: notes)
        let error = await #expect(throws: DatabaseError.self) {
            try await database.read { _ = try $0.rows("INSERT INTO notes (text) VALUES ('x')") { _ in 0 } }
        }
        #expect(error?.code?.primary == .readOnly)
        #expect(try await texts(of: database) == [])
    }

    @Test func `the same query may run inside its own rows`() async throws {
        let database = try Database(path: folder.file("a.db"), migrations: notes)
        for text in ["a", "b"] { _ = try await add(text, to: database) }
        let counts = try await database.read { (context) -> [Int] in
            var counts: [Int] = []
            let outer: [String] = try context.rows("SELECT text FROM notes") { row in
                let inner = try? context.rows("SELECT text FROM notes") { $0.text(0) }
                counts.append(inner?.count ?? -1)
                return row.text(0)
            }
            #expect(outer.count == 2)
            return counts
        }
        #expect(counts == [2, 2])
    }

    @Test func `the file is readable by its owner only`() throws {
        let path = folder.file("a.db")
        let database = try Database(path: path, migrations: notes)
        for name in [path, path + "-wal", path + "-shm"] {
            let mode = try FileManager.default.attributesOfItem(atPath: name)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
        database.close()
    }

    @Test func `acknowledged writes are in the files before any checkpoint or close`() async throws {
        let path = folder.file("a.db")
        let database = try Database(path: path, migrations: notes)
        for number in 0..<20 { _ = try await add("note \(number)", to: database) }
        // What a process that dies now leaves behind.
        for end in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: path + end, toPath: folder.file("crashed.db") + end)
        }
        let survivor = try Database(path: folder.file("crashed.db"), migrations: notes)
        #expect(try await texts(of: survivor).count == 20)
        survivor.close()
        database.close()
    }

    @Test func `a closed database refuses, and finishes what was queued`() async throws {
        let database = try Database(path: folder.file("a.db"), migrations: notes)
        _ = try await add("kept", to: database)
        database.close()
        await #expect(throws: DatabaseError.closed) { _ = try await add("late", to: database) }
        await #expect(throws: DatabaseError.closed) { _ = try await texts(of: database) }
    }
}

@Suite struct OpeningTests {
    let folder = TemporaryFolder()

    @Test func `a folder that cannot be made or written is named`() throws {
        for path in ["/proc/shop/a.db", "/proc/a.db"] {
            let error = #expect(throws: DatabaseError.self) { _ = try Database(path: path, migrations: []) }
            #expect(error?.description.contains(path) == true)
        }
    }

    @Test func `one missing folder is made`() throws {
        let database = try Database(path: folder.file("var/a.db"), migrations: notes)
        database.close()
    }

    @Test func `a file that is no database is refused and left alone`() throws {
        let path = folder.file("a.db")
        let text = Data(String(repeating: "no database ", count: 1000).utf8)
        try text.write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: DatabaseError.self) { _ = try Database(path: path, migrations: notes) }
        #expect(error?.code?.primary == .notADatabase)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == text)
    }

    @Test func `a schema that is newer than the program is refused`() throws {
        let path = folder.file("a.db")
        let newer = notes + [Migration("stars", "CREATE TABLE stars (id INTEGER PRIMARY KEY) STRICT")]
        try Database(path: path, migrations: newer).close()
        #expect(throws: DatabaseError.newerSchema(path: path, found: 2, known: 1)) {
            _ = try Database(path: path, migrations: notes)
        }
    }

    @Test func `another program's schema is refused`() throws {
        let path = folder.file("a.db")
        try Database(path: path, migrations: notes).close()
        #expect(throws: DatabaseError.foreignSchema(path: path, migration: "notes", expected: "users")) {
            _ = try Database(path: path, migrations: [Migration("users", "CREATE TABLE users (id INTEGER) STRICT")])
        }
    }

    @Test func `a migration that fails leaves the ones before it and nothing of its own`() async throws {
        let path = folder.file("a.db")
        let broken =
            notes + [Migration("broken", "CREATE TABLE half (id INTEGER) STRICT; CREATE TABLE notes (id INTEGER)")]
        #expect(throws: DatabaseError.self) { _ = try Database(path: path, migrations: broken) }
        let database = try Database(path: path, migrations: notes)
        let tables = try await database.read {
            try $0.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1") { $0.text(0) }
        }
        #expect(tables == ["notes", "schema_migrations"])
    }

    @Test func `reads that are gathered are all done once they are handed on`() async throws {
        var options = Database.Options()
        options.gathersReads = { true }
        let database = try Database(path: folder.file("a.db"), migrations: notes, options: options)
        _ = try await add("first", to: database)
        let loop = Task {
            while !Task.isCancelled {
                database.handOnReads()
                await Task.yield()
            }
        }
        defer { loop.cancel() }
        let found = try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { try await texts(of: database) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(found == Array(repeating: ["first"], count: 20))
    }

    @Test func `several openings of a new file race and each migration runs once`() async throws {
        let path = folder.file("a.db")
        let steps = (1...8).map { number in
            Migration(
                "step \(number)",
                number == 1 ? "CREATE TABLE log (id INTEGER PRIMARY KEY) STRICT" : "INSERT INTO log DEFAULT VALUES")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let database = try Database(path: path, migrations: steps)
                    let count = try await database.read { try $0.first("SELECT count(*) FROM log") { $0.integer(0) } }
                    #expect(count == 7)
                }
            }
            try await group.waitForAll()
        }
    }
}
