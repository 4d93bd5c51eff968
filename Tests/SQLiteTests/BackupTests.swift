import Foundation
import SQLite
import Testing

private let notes = [Migration("notes", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")]

@Suite struct BackupTests {
    let folder = TemporaryFolder()

    private func open(_ name: String) throws -> Database { try Database(path: folder.file(name), migrations: notes) }

    private func add(_ text: String, to database: Database) async throws {
        _ = try await database.write { try $0.insert("INSERT INTO notes (text) VALUES (?)", .text(text)) }
    }

    private func texts(of database: Database) async throws -> [String] {
        try await database.read { try $0.rows("SELECT text FROM notes ORDER BY id") { $0.text(0) } }
    }

    private func restore(_ name: String, from copy: String) throws {
        try Database.Restoration(of: folder.file(name), from: folder.file(copy)).run()
    }

    @Test func `a copy has what was written before it, and nothing since`() async throws {
        let database = try open("a.db")
        try await add("before", to: database)
        try Database.backUp(folder.file("a.db"), to: folder.file("copy.db"))
        try await add("after", to: database)
        database.close()
        let copy = try open("copy.db")
        #expect(try await texts(of: copy) == ["before"])
        copy.close()
    }

    @Test func `a copy that is made while others write is of one moment`() async throws {
        let database = try open("a.db")
        // Each change writes two rows; a copy of two moments could have one of them.
        async let writing: Void = {
            for number in 0..<300 {
                _ = try await database.write { context in
                    try context.insert("INSERT INTO notes (text) VALUES (?)", .text("\(number)"))
                    try context.insert("INSERT INTO notes (text) VALUES (?)", .text("\(number)"))
                }
            }
        }()
        for round in 0..<10 {
            let name = "copy-\(round).db"
            try Database.backUp(folder.file("a.db"), to: folder.file(name))
            let copy = try open(name)
            let counts = try await copy.read { context in
                try context.rows("SELECT count(*) FROM notes GROUP BY text") { $0.integer(0) }
            }
            #expect(counts.allSatisfy { $0 == 2 })
            copy.close()
        }
        try await writing
    }

    @Test func `a copy is one file for its owner, and nothing half-written stays beside it`() throws {
        try open("a.db").close()
        try FileManager.default.createDirectory(atPath: folder.file("out"), withIntermediateDirectories: true)
        try Database.backUp(folder.file("a.db"), to: folder.file("out/a.db"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("out")) == ["a.db"])
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("out/a.db"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func `a damaged database is not backed up, and an older copy stays`() async throws {
        let database = try open("a.db")
        try await add("good", to: database)
        database.close()
        try Database.backUp(folder.file("a.db"), to: folder.file("copy.db"))
        try damage("a.db")
        #expect(throws: DatabaseError.self) { try Database.backUp(folder.file("a.db"), to: folder.file("copy.db")) }
        try Database.verify(folder.file("copy.db"))
        #expect(throws: DatabaseError.self) { try Database.backUp(folder.file("none.db"), to: folder.file("b.db")) }
    }

    @Test func `what is restored is the copy, without what its journal had`() async throws {
        let database = try open("a.db")
        try await add("before", to: database)
        try Database.backUp(folder.file("a.db"), to: folder.file("copy.db"))
        try await add("after", to: database)
        database.close()
        try restore("a.db", from: "copy.db")
        let restored = try open("a.db")
        #expect(try await texts(of: restored) == ["before"])
        restored.close()
    }

    @Test func `nothing is restored while somebody uses the database, even a damaged one`() async throws {
        let database = try open("a.db")
        try Database.backUp(folder.file("a.db"), to: folder.file("copy.db"))
        try damage("a.db")
        let error = #expect(throws: DatabaseError.self) { try restore("a.db", from: "copy.db") }
        #expect(error == .inUse(path: folder.file("a.db")))
        database.close()
    }

    @Test func `a damaged database is replaced, and a missing one made`() async throws {
        let database = try open("a.db")
        try await add("good", to: database)
        database.close()
        try Database.backUp(folder.file("a.db"), to: folder.file("copy.db"))
        try damage("a.db")
        for name in ["a.db", "new.db"] {
            try restore(name, from: "copy.db")
            let restored = try open(name)
            #expect(try await texts(of: restored) == ["good"])
            restored.close()
        }
    }

    @Test func `a damaged copy is refused, and the database stays`() async throws {
        let database = try open("a.db")
        try await add("good", to: database)
        database.close()
        try Database.backUp(folder.file("a.db"), to: folder.file("copy.db"))
        try damage("copy.db")
        #expect(throws: DatabaseError.self) { try restore("a.db", from: "copy.db") }
        let kept = try open("a.db")
        #expect(try await texts(of: kept) == ["good"])
        kept.close()
    }

    /// Overwrites everything behind the first hundred bytes.
    private func damage(_ name: String) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: folder.file(name)))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 100)
        try file.write(contentsOf: Data(repeating: 0xee, count: Int(size) - 100))
        try file.close()
    }
}
